"""The steps that a decision asks for, and what is said of them."""

from __future__ import annotations

from uuid import UUID

from proactive.campaigns.changes import ChangeProblem, apply_change
from proactive.campaigns.confirmations import confirm, preview, told
from proactive.campaigns.outgoing_answers import Reply
from proactive.campaigns.reports import report_values
from proactive.campaigns.room import CampaignSchedule
from proactive.campaigns.standings import standing_in_words, state_line
from proactive.campaigns.states import Action, Decision, Status
from proactive.campaigns.turn import Turn
from proactive.campaigns.wording import day_in_words
from proactive.replies.readings import Kind

_LOST = ("stale", "missing")


def perform(turn: Turn, decision: Decision) -> list[Reply] | None:
    """Take the step of a decision; the answers, None where a campaign stood otherwise by now: decide anew."""
    match decision.action:
        case Action.PREVIEW | Action.CONFIRM_OR_PREVIEW:
            return preview(turn, direct=decision.action is Action.CONFIRM_OR_PREVIEW)
        case Action.CONFIRM:
            return confirm(turn)
        case Action.DECLINE:
            return _end(turn, "declined", decision)
        case Action.STOP:
            return _end(turn, "stopped", decision)
        case Action.PAUSE:
            return _pause(turn)
        case Action.RESUME:
            return _resume(turn)
        case Action.REMOVE:
            return _remove(turn)
    return [_say(turn, decision)]


def _end(turn: Turn, became: str, decision: Decision) -> list[Reply] | None:
    for campaign in turn.campaigns:
        if campaign.status is Status.OFFERED:
            continue  # a no closes this owner's question: another owner may still say yes
        change = {"status": became, "ended_at": turn.now.isoformat(), "ended_by": turn.ended_by}
        if decision.answer == "T13" and not turn.by:  # what ends by hand is reported by the pump
            change["reported_at"] = turn.now.isoformat()
        if turn.store.step(campaign, turn.cause_of(campaign), change).outcome in _LOST:
            return None
    if decision.answer == "T13":
        return [] if turn.by else [_report(turn)]
    return [turn.answer("T5", name=turn.name) if decision.answer == "T5" else turn.answer("T3")]


def _report(turn: Turn) -> Reply:
    figures = turn.store.figures(turn.first.id, turn.now)
    return turn.answer("T13", **report_values(turn.first, "stopped", figures))


def _pause(turn: Turn) -> list[Reply] | None:
    for campaign in turn.campaigns:
        was = campaign.resumes_as if campaign.status is Status.PAUSED else campaign.status
        change = {"status": "paused", "pause_cause": "owner", "resumes_as": was, "paused_at": turn.now.isoformat()}
        if turn.store.step(campaign, turn.cause_of(campaign), change).outcome in _LOST:
            return None
    sent = turn.first.count("sent")
    return [turn.answer("T10", began=turn.first.began, name=turn.name, sent=sent, left=(turn.first.frozen or 0) - sent)]


def _resume(turn: Turn) -> list[Reply] | None:
    change = {"status": turn.first.resumes_as or "confirmed", "pause_cause": None, "resumes_as": None}
    if turn.store.step(turn.first, turn.cause_of(turn.first), change).outcome in _LOST:
        return None
    pending = turn.first.count("pending")
    return [told(turn, pending, CampaignSchedule(turn.local, turn.local.date(), pending), resumed=True)]


def _remove(turn: Turn) -> list[Reply] | None:
    everybody = turn.store.audience(turn.first, turn.first.audience, turn.now, turn.options.limits)
    changed = apply_change(turn.first, turn.reading, everybody)
    if isinstance(changed, ChangeProblem):
        return [turn.answer("T7", revision=turn.first.revision, **changed.values)]
    removed = turn.store.remove(turn.first.id, [UUID(each) for each in changed[1].get("except", [])])
    said = " e ".join(name.title() for name in turn.reading.names)
    told_of = f"Tirei {said} da lista." if removed else f"{said} já recebeu."
    standing = standing_in_words(turn.first, turn.candidate, turn.local)
    return [turn.answer("T9", name=turn.name, removed=told_of, standing=standing)]


def _say(turn: Turn, decision: Decision) -> Reply:
    """The answer that changes nothing."""
    campaign, today = turn.first, turn.local.date()
    standing = standing_in_words(campaign, turn.candidate, turn.local)
    match decision.answer:
        case "T4":
            until = campaign.valid_until.astimezone(turn.terms.zone)
            return turn.answer("T4", until=f"{day_in_words(until.date(), today)} às {until:%H:%M}")
        case "T6":
            detail = state_line(campaign, turn.reading, turn.store, turn.local)
            return turn.answer("T6", revision=campaign.revision, detail=detail)
        case "T7":
            asks = {Kind.TEXT_WANTED: "text", Kind.DAY_OR_OPTION: "day"}.get(turn.reading.kind, "else")
            return turn.answer("T7", revision=campaign.revision, asks=asks, live=standing if campaign.live else "")
        case "T8":
            asked = turn.candidate.asked.sent_at if turn.candidate.asked else campaign.valid_until
            day = day_in_words(asked.astimezone(turn.terms.zone).date(), today)
            return turn.answer("T8", day=day, redoable=campaign.standing.redoable)
        case "T15":
            cost = str(turn.terms.settings.get("cost_sentence") or "")
            return turn.answer("T15", cost=cost, live=campaign.live)
    return turn.answer("T9", name=turn.name, standing=standing)
