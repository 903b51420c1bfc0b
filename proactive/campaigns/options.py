"""The settings of campaigns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from proactive.campaign_settings import CampaignSettings
from proactive.campaigns.pace import Pace, SendingHours, Window
from proactive.campaigns.signs_of_harm import SignsOfHarm


@dataclass(frozen=True, slots=True)
class CampaignOptions:
    """The settings of campaigns.

    `direct` is the most recipients that a yes to an offer reaches without a preview, `delay` how long after the
    confirmation was accepted it starts, `told_within` how long it may take until that is accepted, `joined_within` how
    far apart messages may be that are read as one, `late_after` how old a yes may be that sends at once, `lasts` how
    long after its start it may be sent, `preview_lasts` how
    long a preview may be answered, `pause_lasts` how long an owner may leave it paused. `limits` are how many campaigns
    a client may get: `week` in 7 days, `month` in 30; and from how many visits on a client is VIP
    (`vip_bookings`).
    """

    pace: Pace = field(default_factory=Pace)
    sending: SendingHours = field(default_factory=SendingHours)
    signs_of_harm: SignsOfHarm = field(default_factory=SignsOfHarm)
    direct: int = 30
    delay: dt.timedelta = dt.timedelta(seconds=120)
    told_within: dt.timedelta = dt.timedelta(minutes=10)
    joined_within: dt.timedelta = dt.timedelta(seconds=8)
    late_after: dt.timedelta = dt.timedelta(minutes=10)
    lasts: dt.timedelta = dt.timedelta(days=7)
    preview_lasts: dt.timedelta = dt.timedelta(hours=24)
    pause_lasts: dt.timedelta = dt.timedelta(hours=48)
    limits: Mapping[str, int] = field(default_factory=lambda: {"week": 1, "month": 3})
    slot_minutes: int = 60


def campaign_options(settings: CampaignSettings, slot_minutes: int, vip_bookings: int) -> CampaignOptions:
    """The settings, as campaigns use them; `slot_minutes` is the length of a slot of the agenda, from
    `vip_bookings` visits on a client is VIP."""
    pace = Pace(
        caps=settings.campaign_caps,
        gap=(settings.campaign_gap_least, settings.campaign_gap_most),
        rest=(settings.campaign_rest_least, settings.campaign_rest_most),
        rest_after=settings.campaign_rest_after,
    )
    return CampaignOptions(
        pace=pace,
        sending=SendingHours(
            Window(settings.campaign_opens, settings.campaign_closes),
            sundays=settings.campaign_sundays,
            holidays=settings.campaign_holidays,
        ),
        signs_of_harm=SignsOfHarm(
            refused=settings.campaign_refused,
            refused_in_a_row=settings.campaign_refused_in_a_row,
            refused_rest=dt.timedelta(hours=settings.campaign_refused_rest),
            unacknowledged=settings.campaign_unacknowledged,
            least_delivered=settings.campaign_least_delivered,
            silent_rest=dt.timedelta(hours=settings.campaign_silent_rest),
            throttled_rest=dt.timedelta(hours=settings.campaign_throttled_rest),
            most_absent=settings.campaign_most_absent,
            opt_outs=settings.campaign_opt_outs,
            most_opted_out=settings.campaign_most_opted_out,
        ),
        late_after=dt.timedelta(minutes=settings.campaign_late_after),
        direct=settings.campaign_direct,
        delay=dt.timedelta(seconds=settings.campaign_delay),
        told_within=dt.timedelta(minutes=settings.campaign_told_within),
        joined_within=dt.timedelta(seconds=settings.campaign_joined_within),
        lasts=dt.timedelta(days=settings.campaign_lasts),
        limits={"week": settings.campaign_week, "month": settings.campaign_month, "vip_bookings": vip_bookings},
        slot_minutes=slot_minutes,
    )
