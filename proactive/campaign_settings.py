"""The settings of campaigns, as the environment has them (`CampaignOptions` is what campaigns make of them)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, Field, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from proactive.setting_types import MinuteOfDay, SevenNumbers


class CampaignSettings(BaseModel):
    """Part of `Settings`: seconds, minutes (`campaign_told_within`, `campaign_late_after`), days (`campaign_lasts`),
    local times of day, or messages.
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

    @field_validator("campaign_closes")
    @classmethod
    def _closes_later(cls, closes: dt.time, info: ValidationInfo) -> dt.time:
        opens = info.data.get("campaign_opens")
        if opens is not None and closes <= opens:
            raise ValueError("it should be later than CAMPAIGN_OPENS")
        return closes
