"""The health of a number: when what WhatsApp answers is a sign of harm, and what follows. Pure.

No official numbers exist: these are the product's (its rules for campaigns, "Pace and the number's health").
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from proactive.campaigns.pace import COLD_A_DAY, Pace, Warmth, first_level, next_level
from proactive.campaigns.pump_view import HealthView, NumberView, PumpedCampaign, PumpView, StoppedView
from proactive.campaigns.signs_of_harm import SignsOfHarm

_ACKNOWLEDGED_WITHIN = dt.timedelta(minutes=2)
_DELIVERED_WITHIN = dt.timedelta(minutes=30)
_JUDGED = 20
_RECONNECTED_FOR = dt.timedelta(minutes=30)
_GATEWAY_REST = dt.timedelta(minutes=30)
#: Why a campaign pauses whose instance is stopped by its own breaker; others pause as it does.
_STOPPED_AS = {"silent": "undelivered", "logged_out": "disconnected", "banned": "disconnected"}


@dataclass(frozen=True, slots=True)
class Trip:
    """The breaker's word: all campaigns of the number pause because of `cause`, until then (aware)."""

    cause: str
    until: dt.datetime


def judge(view: PumpView, now: dt.datetime, zone: ZoneInfo, signs: SignsOfHarm) -> Trip | None:
    """Whether what WhatsApp answered since the last trip is a sign of harm; the longest rest counts (`now` aware)."""
    found = (_refused(view, now, signs), _silent(view, now, signs), _troubled(view, now, zone, signs))
    return max((trip for trip in found if trip), key=lambda trip: trip.until, default=None)


def _refused(view: PumpView, now: dt.datetime, signs: SignsOfHarm) -> Trip | None:
    """WhatsApp does not say which error: 463 must not be tried again, so no error is."""
    latest = [bool(each.error) for each in view.sent[:_JUDGED]]
    probe = bool(view.health and view.health.probing and any(latest))
    in_a_row = max((len(list(run)) for refused, run in groupby(latest) if refused), default=0)
    harmed = probe or in_a_row >= signs.refused_in_a_row or sum(latest) >= signs.refused
    return Trip("refused", now + signs.refused_rest) if harmed else None


def _silent(view: PumpView, now: dt.datetime, signs: SignsOfHarm) -> Trip | None:
    due = [each for each in view.sent if now - each.sent_at >= _ACKNOWLEDGED_WITHIN]
    in_a_row = 1 if view.health and view.health.probing else signs.unacknowledged
    silent = len(due) >= in_a_row and all(each.silent for each in due[:in_a_row])
    old = [each for each in view.sent if now - each.sent_at >= _DELIVERED_WITHIN][:_JUDGED]
    least = signs.least_delivered * _JUDGED
    undelivered = len(old) == _JUDGED and sum(bool(each.delivered) for each in old) < least
    return Trip("undelivered", now + signs.silent_rest) if silent or undelivered else None


def _troubled(view: PumpView, now: dt.datetime, zone: ZoneInfo, signs: SignsOfHarm) -> Trip | None:
    since = (view.health and view.health.judged_from) or dt.datetime.min.replace(tzinfo=dt.UTC)
    limits = [event.at for event in view.events if event.kind == "overlimit"]
    news = [at for at in limits if at > since]
    today = now.astimezone(zone).date()
    if news and sum(at.astimezone(zone).date() == today for at in limits) >= 3:
        tomorrow = dt.datetime.combine(today + dt.timedelta(days=1), dt.time(0), zone)
        return Trip("throttled", tomorrow.astimezone(dt.UTC))
    if news and len(limits) > 1 and limits[0] - limits[1] <= dt.timedelta(minutes=10):
        return Trip("throttled", now + signs.throttled_rest)
    if any(event.kind == "gateway" and event.at > since for event in view.events):
        return Trip("gateway", now + _GATEWAY_REST)
    return None


def complaint(campaign: PumpedCampaign, signs: SignsOfHarm) -> str | None:
    """What the owner is asked about, once each: many numbers without WhatsApp, many who want to be left alone."""
    tried = campaign.count("sent") + campaign.absent
    asked = {cause.split(":")[1] for cause in campaign.causes}
    if tried >= _JUDGED and campaign.absent > signs.most_absent * tried and "not_on_whatsapp" not in asked:
        return "not_on_whatsapp"
    out = campaign.opted_out
    if out >= signs.opt_outs and out >= signs.most_opted_out * campaign.count("sent") and "opt_outs" not in asked:
        return "opt_outs"
    return None


def stopped_as(stopped: StoppedView) -> str:
    """Why the campaigns of an instance pause that its own breaker stops."""
    return _STOPPED_AS.get(stopped.cause, stopped.cause)


def stopped_anew(view: PumpView) -> str | None:
    """Why the instance's own breaker stops it, where that was no trip for its campaigns yet; None where it was.

    An instance that is disconnected is another trip.
    """
    stopped, judged = view.stopped, view.health.judged_from if view.health else None
    if stopped is None or (judged is not None and judged >= stopped.since):
        return None
    cause = stopped_as(stopped)
    return None if cause == "disconnected" and not connected(view.instance) else cause


def paused_until(view: PumpView, now: dt.datetime) -> dt.datetime | None:
    """Until when its breakers let the number write to nobody; None where they do (`now` aware)."""
    ends = (view.health.paused_until if view.health else None, view.stopped.until if view.stopped else None)
    return max((at for at in ends if at is not None and at > now), default=None)


def connected(number: NumberView | None) -> bool:
    """Whether the instance is connected, by the product and by what the gateway told last."""
    return number is not None and number.status == "connected" and number.told not in ("close", "refused")


def rested(number: NumberView | None, paused_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether it has been connected again for long enough."""
    if number is None or not connected(number):
        return False
    return now - max(paused_at, number.since or paused_at) >= _RECONNECTED_FOR


def of_day(health: HealthView | None, day: dt.date, cap: int, used_since: dt.datetime, now: dt.datetime) -> HealthView:
    """The health as a local day begins: a level up after a good day. `cap` is the one of its present level."""
    if health is None:
        return HealthView(level=first_level(used_since, now), day=day, used_since=used_since)
    if health.day is None:
        return health.model_copy(update={"level": first_level(used_since, now), "day": day})
    if day <= health.day:
        return health
    level = next_level(health.level, health.sent, cap, trouble=health.trouble)
    return health.model_copy(
        update={"level": level, "day": day, "sent": 0, "sent_cool": 0, "trouble": False, "in_a_row": 0}
    )


def warmths(health: HealthView, pace: Pace, caps: tuple[int, ...], cold_today: int) -> list[Warmth]:
    """Whom the number may write to today, by warmth; nobody where the day's cap is reached."""
    if health.sent >= pace.cap(health.level, caps):
        return []
    if health.sent_cool >= pace.cool_cap(health.level, caps):
        return ["warm"]
    return ["warm", "cool", "cold"] if cold_today < COLD_A_DAY else ["warm", "cool"]
