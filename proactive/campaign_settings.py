"""The settings of campaigns, as the environment has them (`CampaignOptions` is what campaigns make of them)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, Field, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from proactive.setting_types import MinuteOfDay, SevenNumbers


class CampaignSettings(BaseModel):
    """Part of `Settings`: seconds, minutes (`campaign_told_within`, `campaign_late_after`), hours (`..._rest`
    of harm), days (`campaign_lasts`), local times of day, shares of 1, or messages.
    """

    campaign_caps: Annotated[SevenNumbers, NoDecode] = (20, 40, 60, 80, 120, 160, 200)
    campaign_gap_least: Annotated[float, Field(ge=1, le=3600)] = 20.0
    campaign_gap_most: Annotated[float, Field(ge=1, le=3600)] = 75.0
    campaign_rest_least: Annotated[float, Field(ge=1, le=7200)] = 240.0
    campaign_rest_most: Annotated[float, Field(ge=1, le=7200)] = 480.0
    campaign_rest_after: Annotated[int, Field(ge=1, le=1000)] = 15
    campaign_permits: Annotated[int, Field(ge=1, le=20)] = 6
    campaign_direct: Annotated[int, Field(ge=0, le=1000)] = 30
    campaign_delay: Annotated[int, Field(ge=0, le=3600)] = 120
    campaign_told_within: Annotated[int, Field(ge=1, le=60)] = 10
    campaign_joined_within: Annotated[float, Field(ge=0, le=60)] = 8.0
    campaign_late_after: Annotated[int, Field(ge=1, le=1440)] = 10
    campaign_opens: MinuteOfDay = dt.time(9)
    campaign_closes: MinuteOfDay = dt.time(20)
    campaign_sundays: bool = False
    campaign_holidays: bool = False
    campaign_lasts: Annotated[int, Field(ge=1, le=30)] = 7
    campaign_week: Annotated[int, Field(ge=1, le=7)] = 1
    campaign_month: Annotated[int, Field(ge=1, le=30)] = 3
    campaign_retention_days: Annotated[int, Field(ge=0, le=36_500)] = 180

    # what is a sign of harm to the number (campaigns/signs_of_harm.py)
    campaign_refused: Annotated[int, Field(ge=1, le=20)] = 3
    campaign_refused_in_a_row: Annotated[int, Field(ge=1, le=20)] = 2
    campaign_refused_rest: Annotated[float, Field(ge=1, le=24 * 7)] = 24.0
    campaign_unacknowledged: Annotated[int, Field(ge=1, le=20)] = 3
    campaign_least_delivered: Annotated[float, Field(ge=0, le=1)] = 0.7
    campaign_silent_rest: Annotated[float, Field(ge=1, le=24 * 7)] = 6.0
    campaign_throttled_rest: Annotated[float, Field(ge=0.5, le=24 * 7)] = 1.0
    campaign_most_absent: Annotated[float, Field(ge=0, le=1)] = 0.1
    campaign_opt_outs: Annotated[int, Field(ge=1, le=1000)] = 3
    campaign_most_opted_out: Annotated[float, Field(ge=0, le=1)] = 0.03

    @field_validator("campaign_closes")
    @classmethod
    def _closes_later(cls, closes: dt.time, info: ValidationInfo) -> dt.time:
        opens = info.data.get("campaign_opens")
        if opens is not None and closes <= opens:
            raise ValueError("it should be later than CAMPAIGN_OPENS")
        return closes
