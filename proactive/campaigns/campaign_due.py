"""What is due for a campaign by itself: it starts, pauses, goes on and ends. Pure; the pump takes the step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from proactive.campaigns.answers import AnswerName
from proactive.campaigns.number_health import complaint, connected, rested, stopped_as
from proactive.campaigns.options import CampaignOptions
from proactive.campaigns.pause_causes import ASKS_OWNER
from proactive.campaigns.pump_view import PumpedCampaign, PumpView
from proactive.campaigns.states import Status

#: A disconnection that is younger may be a restart of the gateway.
_DROPPED_FOR = dt.timedelta(seconds=60)
#: An instance of which no message was heard for so long cannot hear SAIR.
_HEARD_WITHIN = dt.timedelta(days=7)
#: Until a gateway counts as away that takes nobody's message, and until it is tried again.
_HANDED_WITHIN, _GATEWAY_REST = dt.timedelta(minutes=10), dt.timedelta(minutes=30)
#: So many trips of the breaker end a campaign.
_MOST_TRIPS = 3
#: What harms the number; a gateway that is away does not, nor one that is disconnected.
_TRIPS = frozenset({"refused", "undelivered", "throttled"})
#: Causes after which the owner has to say that it goes on.


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step that is due: what it is called, the columns that change, and what the owner is told."""

    name: str
    change: dict[str, Any] = field(default_factory=dict)
    answer: AnswerName | None = None


def due_step(
    campaign: PumpedCampaign, view: PumpView, window_open: bool, in_hand: bool, options: CampaignOptions,
    now: dt.datetime,
) -> DueStep | None:  # fmt: skip
    """The step that is due for a live campaign at `now` (aware); None where it stays as it is.

    `in_hand` says that the recipient which was handed over last is on the queue, or in a worker's hand.
    """
    if campaign.status not in (Status.CONFIRMED, Status.RUNNING, Status.PAUSED):
        return None
    if campaign.send_until is not None and now >= campaign.send_until:
        return _ended("done", "too_late", now)
    if campaign.count("pending") == 0:
        return _ended("done", "finished", now)
    if campaign.status is Status.PAUSED:
        return _paused(campaign, view, options, now)
    hindrance = _hindrance(campaign, view, now)
    if campaign.status is Status.CONFIRMED:
        return _confirmed(campaign, hindrance, window_open, options, now)
    if not campaign.hours_left:
        return _ended("done", "no_hours_left", now)
    if hindrance is None and window_open and in_hand and _stuck(campaign, view, now):
        hindrance = "gateway"
    if hindrance is None:
        hindrance = complaint(campaign, options.signs_of_harm)
    return None if hindrance is None else _pausing(campaign, hindrance, now)


def _stuck(campaign: PumpedCampaign, view: PumpView, now: dt.datetime) -> bool:
    """Whether its recipient has waited for too long to be handed to a gateway that does not answer."""
    handed, at = view.handed, view.health.handed_at if view.health else None
    if handed is None or at is None or handed.campaign_id != campaign.id or handed.status != "pending" or handed.open:
        return False
    return now - max(at, campaign.since or at) >= _HANDED_WITHIN


def _hindrance(campaign: PumpedCampaign, view: PumpView, now: dt.datetime) -> str | None:
    """What keeps a campaign from going on; None where nothing does."""
    if campaign.stopped_by_hand or not campaign.active or not campaign.owner_enabled:
        return "paused"
    if view.heard_at is None or now - view.heard_at > _HEARD_WITHIN:
        return "paused"
    number = view.instance
    if not connected(number):
        lately = number is not None and number.status == "connected" and number.since is not None
        if not lately or number is None or number.since is None or now - number.since >= _DROPPED_FOR:
            return "disconnected"
    if view.health and view.health.paused_until and view.health.paused_until > now:
        return view.health.pause_cause or "undelivered"
    if view.stopped is not None:
        return stopped_as(view.stopped)
    return None


def _confirmed(
    campaign: PumpedCampaign, hindrance: str | None, window_open: bool, options: CampaignOptions, now: dt.datetime
) -> DueStep | None:
    if campaign.told_at is None:
        since = max(filter(None, (campaign.since, campaign.confirmed_at)), default=now)
        return _pausing(campaign, "not_told", now) if now - since > options.told_within else None
    begins = max(campaign.told_at + options.delay, campaign.starts_at or now)
    if hindrance is not None or not window_open or now < begins:
        return None
    return DueStep("started", {"status": "running"})


def _paused(campaign: PumpedCampaign, view: PumpView, options: CampaignOptions, now: dt.datetime) -> DueStep | None:
    cause, paused_at = campaign.pause_cause, campaign.paused_at or campaign.since or now
    if cause == "owner":
        if now - paused_at < options.pause_lasts:
            return None
        return _ended("stopped" if campaign.began else "declined", "owner_silent", now)
    if cause in ASKS_OWNER or _hindrance(campaign, view, now) is not None:
        return None
    if cause == "gateway" and now - paused_at < _GATEWAY_REST:
        return None
    if cause == "disconnected" and not rested(view.instance, paused_at, now):
        return None
    became = campaign.resumes_as or Status.RUNNING
    return DueStep("resumed", {"status": str(became), "pause_cause": None, "resumes_as": None})


def _pausing(campaign: PumpedCampaign, cause: str, now: dt.datetime) -> DueStep:
    trips = campaign.trips + (cause in _TRIPS)
    if trips >= _MOST_TRIPS:
        ended = _ended("stopped", "breaker", now)
        return DueStep(ended.name, {**ended.change, "trips": trips}, ended.answer)
    change = {
        "status": "paused", "pause_cause": cause, "resumes_as": str(campaign.status), "paused_at": now.isoformat(),
        "trips": trips,
    }  # fmt: skip
    return DueStep(cause, change, "T11")


def _ended(status: str, ended_by: str, now: dt.datetime) -> DueStep:
    answer: AnswerName = "T5" if status == "declined" else "T13"
    return DueStep(ended_by, {"status": status, "ended_at": now.isoformat(), "ended_by": ended_by}, answer)
