"""The pump of an instance: starts its campaigns, hands recipients over one by one, pauses, ends and reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_DNS, uuid5

from proactive.campaigns import reports
from proactive.campaigns.campaign_due import due_step
from proactive.campaigns.hand_over import AT_ONCE, LATER, Handing, closing
from proactive.campaigns.number_health import connected, judge, of_day, paused_until, stopped_anew
from proactive.campaigns.options import CampaignOptions
from proactive.campaigns.outgoing_answers import Reply
from proactive.campaigns.pump_store import PumpStore
from proactive.campaigns.pump_view import HealthView, PumpedCampaign, PumpView
from proactive.campaigns.states import FINAL, Status
from proactive.campaigns.terms import Terms
from proactive.model.zones import zone_info

#: Seconds until a pump looks again at a campaign that is about to start.
_STARTING = 10.0
_DAYS_READ = 8


@dataclass(frozen=True, slots=True)
class Pump:
    """One run of a pump is short: what it does is written down before, and the next run goes on from there.

    `tell` sends answers to owners; `clock` answers now (UTC).
    """

    store: PumpStore
    options: CampaignOptions
    handing: Handing
    tell: Callable[[Sequence[Reply]], object]
    clock: Callable[[], dt.datetime]

    def run(self, instance: str) -> float | None:
        """Do what is due; seconds until the next run, None where nothing is left to do.

        Raises:
            SupabaseError, redis.RedisError: run it again; nothing is done twice.
        """
        now = self.clock()
        view = self.store.view(instance, now)
        if not view.campaigns:
            handed = view.handed
            open_ = handed is not None and handed.status == "pending" and handed.open
            return self.handing.next(instance, view, {}, now) if open_ else None
        terms = {str(each.id): self._terms(each, now) for each in view.campaigns}
        changed = self._look_after_number(instance, view, terms, now)
        for campaign in view.campaigns:
            changed |= self._look_after(instance, campaign, view, terms[str(campaign.id)], now)
        if changed:
            return AT_ONCE
        again = self.handing.next(instance, view, terms, now)
        starting = any(campaign.status is Status.CONFIRMED for campaign in view.campaigns)
        return min(again, _STARTING if starting else LATER)

    def _terms(self, campaign: PumpedCampaign, now: dt.datetime) -> Terms:
        return Terms(self.store.terms(campaign.organization_id, now, _DAYS_READ), now, self.options.sending)

    def _look_after_number(self, instance: str, view: PumpView, terms: dict[str, Terms], now: dt.datetime) -> bool:
        """Begin a day, and listen for signs of harm; whether anything changed."""
        first = view.campaigns[0]
        its = terms[str(first.id)]
        caps, zone = tuple(its.settings.get("daily_caps") or ()), zone_info(first.timezone)
        cap = self.options.pace.cap(view.health.level if view.health else 1, caps)
        health = of_day(view.health, now.astimezone(zone).date(), cap, used_since(its, view, now), now)
        if health != view.health:
            self.store.keep_number(instance, _changes(health))
            return True
        stopped = stopped_anew(view)
        if stopped is not None:  # whoever's messages were refused, the number is as sick
            harm = {"level": 1, "trouble": True, "probing": True, "judged_from": now.isoformat()}
            self.store.keep_number(instance, harm, f"trip:{stopped}")
            return True
        trip = judge(view, now, zone, self.options.signs_of_harm)
        if trip is None:
            return False
        pause = {
            "paused_until": trip.until.isoformat(), "pause_cause": trip.cause, "judged_from": now.isoformat(),
        }  # fmt: skip
        worse = {} if trip.cause == "gateway" else {"level": 1, "trouble": True, "probing": True}
        self.store.keep_number(instance, pause | worse, f"trip:{trip.cause}")
        return True

    def _look_after(
        self, instance: str, campaign: PumpedCampaign, view: PumpView, terms: Terms, now: dt.datetime
    ) -> bool:
        """Take the step that is due for a campaign, or tell what came of it; whether anything changed."""
        if campaign.status in FINAL:
            return self._report(campaign, now)
        if self._halted(campaign, now):
            return True
        window_open, in_hand = closing(terms, campaign.source, now) is not None, self.handing.in_hand(view, now)
        step = due_step(campaign, view, window_open, in_hand, self.options, now)
        if step is None:
            return self._tell_of_pause(campaign, view, terms, now)
        if step.name == "disconnected" and not connected(view.instance):
            self.store.keep_number(instance, {"level": 1, "trouble": True}, "trip:disconnected")
        since = campaign.since.isoformat() if campaign.since else "first"
        self.store.step(campaign, f"pump:{step.name}:{since}", step.change)
        return True

    def _halted(self, campaign: PumpedCampaign, now: dt.datetime) -> bool:
        """Bring Redis and the row together: a stop that only reached Redis is written, a forgotten halt set again."""
        if campaign.status is Status.PAUSED:
            if campaign.halt:
                self.store.halts.keep(campaign.id, campaign.halt)
            return False
        mark = self.store.halts.unwritten(campaign.id)
        if mark is None:
            return False
        if mark == campaign.halt:  # whoever let it go on did not live to lift it
            return self.store.halts.lift(campaign.id, mark)
        change = {
            "status": "paused", "pause_cause": "owner", "resumes_as": str(campaign.status),
            "paused_at": now.isoformat(),
        }  # fmt: skip
        self.store.step(campaign, f"pump:halt:{mark}", change)
        return True

    def _tell_of_pause(self, campaign: PumpedCampaign, view: PumpView, terms: Terms, now: dt.datetime) -> bool:
        """Tell an owner once that a campaign pauses by itself; where there is none to tell, the page shows it."""
        cause = campaign.pause_cause
        by_itself = campaign.status is Status.PAUSED and cause not in (None, "owner")
        if not by_itself or cause is None or campaign.told_of_pause or not campaign.owners:
            return False
        until, moment = paused_until(view, now), None
        if until is not None and cause in ("refused", "undelivered", "throttled"):
            moment = terms.calendar(campaign.source).first_moment(until)
        key = f"{campaign.id}:{cause}:{(campaign.paused_at or now).isoformat()}"
        self.tell([reports.paused(campaign, cause, moment, now.astimezone(terms.zone), key)])
        return True

    def _report(self, campaign: PumpedCampaign, now: dt.datetime) -> bool:
        """Tell what came of a campaign that is over: at once, and after a week."""
        figures = self.store.figures(campaign.id, now)
        if campaign.reported_at is None:
            if campaign.open:
                return False  # somebody finds out what became of the last one
            if campaign.owners and campaign.status is Status.DECLINED:
                self.tell([reports.cancelled(campaign, now)])
            elif campaign.owners:
                self.tell([reports.ended(campaign, campaign.status, figures, now)])
            self.store.reported(campaign.id, "report", now)
            return True
        if campaign.followed_up_at is None:
            if campaign.owners and figures.sent:
                self.tell([reports.week_later(campaign, figures, now)])
            self.store.reported(campaign.id, "follow_up", now)
            return True
        return False


def pump_id(instance: str) -> str:
    """The id of the job of an instance's pump: there is one."""
    return f"pump-{uuid5(NAMESPACE_DNS, instance)}"


def used_since(terms: Terms, view: PumpView, now: dt.datetime) -> dt.datetime:
    """Since when the number is in use: declared, or since the product has it; a new connection is no new number."""
    declared = terms.settings.get("used_since")
    if declared:
        return dt.datetime.fromisoformat(f"{declared}T00:00:00+00:00")
    created = view.instance.created_at if view.instance else None
    return created or now


def _changes(health: HealthView) -> dict[str, object]:
    fields = {"level", "day", "sent", "sent_cool", "trouble", "in_a_row", "used_since"}
    return {name: value for name, value in health.model_dump(mode="json", include=fields).items() if value is not None}
