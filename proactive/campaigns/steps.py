"""The steps that a decision asks for, and what is said of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from proactive.campaigns.changes import ChangeProblem, apply_change, called_as
from proactive.campaigns.confirmations import confirm, preview, told_of
from proactive.campaigns.outgoing_answers import Reply
from proactive.campaigns.previews import freeze_anew
from proactive.campaigns.redoing import CHANGES_NOTHING, redone
from proactive.campaigns.reports import report_values
from proactive.campaigns.standings import goes_on_in_words, standing_in_words, state_line, under_way
from proactive.campaigns.states import Action, Decision, Status
from proactive.campaigns.turn import Turn
from proactive.campaigns.validity import open_until
from proactive.campaigns.wording import day_in_words, until_in_words
from proactive.replies.readings import Kind
from proactive.text.formats import joined

_LOST = ("stale", "missing")


def perform(turn: Turn, decision: Decision) -> list[Reply] | None:
    """Take the step of a decision; the answers, None where a campaign stood otherwise by now: decide anew."""
    match decision.action:
        case Action.REDO:
            return _redo(turn)
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
        if campaign.status is Status.PREVIEWED and not turn.by and turn.refusals(campaign).left(turn.owner):
            continue  # nor does it end what another owner was asked
        change = {"status": became, "ended_at": turn.now.isoformat(), "ended_by": turn.ended_by}
        if decision.answer == "T13" and not turn.by:  # what ends by hand is reported by the pump
            change["reported_at"] = turn.now.isoformat()
        if turn.store.step(campaign, turn.cause_of(campaign), change, author=turn.author).outcome in _LOST:
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
        if turn.store.step(campaign, turn.cause_of(campaign), change, author=turn.author).outcome in _LOST:
            return None
    sent, number = turn.first.count("sent"), turn.first.frozen or 0
    return [turn.answer("T10", began=turn.first.began, name=turn.name, sent=sent, left=number - sent)]


def _resume(turn: Turn) -> list[Reply] | None:
    change = {"status": turn.first.resumes_as or "confirmed", "pause_cause": None, "resumes_as": None}
    if turn.store.step(turn.first, turn.cause_of(turn.first), change, author=turn.author).outcome in _LOST:
        return None
    return [told_of(turn, turn.campaigns[:1], resumed=True)]


def _redo(turn: Turn) -> list[Reply] | None:
    """A preview of the campaign made anew; where that was done today already, how it stands."""
    again = turn.store.offer(redone(turn.first, turn.local, turn.terms.instance), turn.author)
    anew = replace(turn, campaigns=(again,), reading=CHANGES_NOTHING)
    if again.status in (Status.OFFERED, Status.PREVIEWED):
        return preview(anew, direct=False)
    return [anew.answer("T9", name=anew.name, standing=_standing(anew))]


def _remove(turn: Turn) -> list[Reply] | None:
    everybody = turn.store.audience(turn.first, turn.first.audience, turn.now, turn.options.limits)
    found: list[tuple[str, list[UUID]]] = []
    for name in turn.reading.names:
        anybody = turn.first.model_copy(update={"audience": {**turn.first.audience, "except": []}})
        changed = apply_change(anybody, replace(turn.reading, names=(name,)), everybody, turn.written)
        if isinstance(changed, ChangeProblem):
            live = under_way(turn.first, turn.local, turn.options.delay)
            values = {"wants": _whole(turn, changed), "live": live} | changed.values
            return [turn.answer("T7", revision=turn.first.revision, **values)]
        ids = [UUID(each) for each in changed[1]["except"]]
        found.append((next(called_as(each, name) for each in everybody if each.contact_id in ids), ids))
    removed = [name for name, ids in found if turn.store.remove(turn.first.id, ids, turn.author)]
    received = [name for name, _ in found if name not in removed]
    told_of = [f"Tirei {joined(removed)} da lista."] if removed else []
    if received:
        told_of.append(f"{joined(received)} já {'recebeu' if len(received) == 1 else 'receberam'}.")
    return [turn.answer("T9", name=turn.name, removed=" ".join(told_of), standing=_standing(turn))]


def _whole(turn: Turn, problem: ChangeProblem) -> dict[str, Any] | None:
    """What a clarification keeps, of all the names that the reply said."""
    return problem.wants and problem.wants | {"names": list(turn.reading.names)}


def _standing(turn: Turn) -> str:
    campaign = turn.first
    goes_on = goes_on_in_words(
        campaign.pause_cause, turn.terms.rests_until(campaign.source, campaign.pause_cause), turn.local
    )
    return standing_in_words(campaign, turn.candidate, turn.local, turn.options.delay, goes_on)


def _example(turn: Turn) -> str:
    """The example of T2, as the clients would read it now."""
    campaign = turn.first
    frozen, _ = freeze_anew(turn, campaign, campaign.text or "", campaign.audience, None)
    if frozen.example is None:
        return "Ninguém pode receber."
    name, text = frozen.example
    return f'Exemplo ({name}): "{text}"'


def _say(turn: Turn, decision: Decision) -> Reply:
    """The answer that changes nothing."""
    campaign, today = turn.first, turn.local.date()
    match decision.answer:
        case "T3":
            return turn.answer("T3")
        case "T4":
            until = open_until(campaign, turn.options.preview_lasts).astimezone(turn.terms.zone)
            return turn.answer("T4", until=until_in_words(until, turn.local))
        case "T6":
            shows = turn.reading.kind is Kind.SHOW
            detail = _example(turn) if shows else state_line(campaign, turn.reading, turn.store, turn.local)
            return turn.answer("T6", revision=campaign.revision, detail=detail)
        case "T7":
            asks = {Kind.TEXT_WANTED: "text", Kind.DAY_OR_OPTION: "day"}.get(turn.reading.kind, "else")
            live = under_way(campaign, turn.local, turn.options.delay) if campaign.live else ""
            return turn.answer("T7", revision=campaign.revision, asks=asks, live=live)
        case "T8":
            asked = turn.candidate.asked.sent_at if turn.candidate.asked else campaign.valid_until
            day = day_in_words(asked.astimezone(turn.terms.zone).date(), today)
            return turn.answer("T8", day=day, redoable=campaign.standing.redoable)
        case "T15":
            cost = str(turn.terms.settings.get("cost_sentence") or "")
            return turn.answer("T15", cost=cost, live=campaign.live)
    return turn.answer("T9", name=turn.name, standing=_standing(turn))
