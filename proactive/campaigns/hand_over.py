"""Handing recipients over: whom the pump hands over next, and when it comes back. One at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from proactive.campaigns.number_health import warmths
from proactive.campaigns.options import CampaignOptions
from proactive.campaigns.pump_store import PumpStore
from proactive.campaigns.pump_view import HandedView, HealthView, PumpedCampaign, PumpView
from proactive.campaigns.states import Status
from proactive.campaigns.terms import Terms
from proactive.failpoints import failpoint
from proactive.message_types.campaign_message import TYPE, ClientMessageData
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.model.zones import zone_info

#: Seconds until a pump looks again: at once, at a recipient in a worker's hand, at what cannot go on now.
AT_ONCE, IN_HAND, LATER = 1.0, 5.0, 60.0
_PROBED = 10.0


@dataclass(frozen=True, slots=True)
class Handing:
    """Hands recipients over as tasks: `enqueue` puts one on the queue, `lost` says that one is nowhere on it."""

    store: PumpStore
    options: CampaignOptions
    enqueue: Callable[[Task], object]
    lost: Callable[[Task], bool]

    def next(self, instance: str, view: PumpView, terms: dict[str, Terms], now: dt.datetime) -> float:
        """Hand the next recipient over, if it is time; seconds until the pump comes back.

        Raises SupabaseError, redis.RedisError: whoever was handed over and is not on the queue is so the next time.
        """
        handed, health = view.handed, view.health
        if self.in_hand(view, now):
            return IN_HAND
        if handed is not None and handed.status == "pending" and handed.open:
            # whatever becomes of the campaign, what a worker began is finished
            self.enqueue(_task(handed, _nothing(handed, now), now))
            return IN_HAND
        if health is None:
            return AT_ONCE
        wait = self._gap(view, health, now)
        if wait > 0:
            return wait
        if health.probing and view.sent:
            if not any(each.acknowledged for each in view.sent):
                return _PROBED
            self.store.keep_number(instance, {"probing": False})
            return AT_ONCE
        running = [campaign for campaign in view.campaigns if campaign.status is Status.RUNNING]
        for campaign in running:
            again = self._pick(instance, campaign, view, health, terms[str(campaign.id)], now)
            if again is not None:
                return again
        return LATER

    def in_hand(self, view: PumpView, now: dt.datetime) -> bool:
        """Whether whoever was handed over last is on the queue, or in a worker's hand. Raises redis.RedisError."""
        handed = view.handed
        waits = handed is not None and handed.status == "pending"
        return waits and handed is not None and not self.lost(_task(handed, _nothing(handed, now), now))

    def _gap(self, view: PumpView, health: HealthView, now: dt.datetime) -> float:
        """Seconds until the next message may follow the last one; whoever was skipped needs no rest."""
        handed = view.handed
        if handed is None or handed.status in ("pending", "skipped"):
            return 0.0
        last = handed.sent_at or health.handed_at or now
        return self.options.pace.gap_after(handed.id, health.in_a_row) - (now - last).total_seconds()

    def _pick(
        self, instance: str, campaign: PumpedCampaign, view: PumpView, health: HealthView, terms: Terms,
        now: dt.datetime,
    ) -> float | None:  # fmt: skip
        """Hand a recipient of this campaign over; None where it has nobody for now."""
        closes_at = closing(terms, campaign.source, now)
        caps = tuple(terms.settings.get("daily_caps") or ())
        allowed = warmths(health, self.options.pace, caps, view.cold_today or 0)
        if health.probing and campaign.waiting.get("warm"):
            allowed = allowed[:1]
        if closes_at is None or not any(campaign.waiting.get(each) for each in allowed):
            return None
        picked = self.store.pick(instance, campaign.id, allowed, view.handed, now)
        if picked is None:
            return AT_ONCE
        recipient, skipped = picked
        if recipient is None:
            return AT_ONCE if skipped else None
        failpoint("picked")
        pace, limits = self.options.pace, self.options.limits
        data = ClientMessageData(
            revision=campaign.revision, day=health.day or now.date(), closes_at=closes_at,
            cap=pace.cap(health.level, caps), cool_cap=pace.cool_cap(health.level, caps),
            week=limits["week"], month=limits["month"],
        )  # fmt: skip
        handed = HandedView(
            id=recipient, campaign_id=campaign.id, organization_id=campaign.organization_id, status="pending",
            revision=campaign.revision, timezone=campaign.timezone,
        )  # fmt: skip
        self.enqueue(_task(handed, data, now))
        return max(AT_ONCE, pace.gap_after(recipient, health.in_a_row + 1))


def closing(terms: Terms, source: str, now: dt.datetime) -> dt.datetime | None:
    """When the window that is open at `now` (aware) closes; None where none is."""
    local = now.astimezone(terms.zone)
    window = terms.calendar(source).windows.get(local.date())
    if window is None or not window.holds(local.time()):
        return None
    return dt.datetime.combine(local.date(), window.closes, terms.zone).astimezone(dt.UTC)


def _nothing(handed: HandedView, now: dt.datetime) -> ClientMessageData:
    """By this nobody is written to anew: only what was begun is finished."""
    day = now.astimezone(zone_info(handed.timezone)).date()
    return ClientMessageData(revision=handed.revision, day=day, closes_at=now, cap=0, cool_cap=0)


def _task(handed: HandedView, data: ClientMessageData, now: dt.datetime) -> Task:
    return Task(
        type=TYPE.name, organization_id=handed.organization_id, recipient=Recipient.client(handed.id),
        key=str(handed.campaign_id), scheduled_for=now, timezone=handed.timezone, data=data.model_dump(mode="json"),
    )  # fmt: skip
