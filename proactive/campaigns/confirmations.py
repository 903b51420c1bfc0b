"""The steps towards a sending: a preview that is frozen, and the confirmation of what was seen."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from proactive.campaigns.changes import ChangeProblem, apply_change, new_text
from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.free_hours import offered_hours_day, with_hours, without_hours
from proactive.campaigns.freezing import AudienceClient, Frozen, freeze
from proactive.campaigns.outgoing_answers import Reply
from proactive.campaigns.refusals import refused_by
from proactive.campaigns.room import CampaignSchedule
from proactive.campaigns.states import Status
from proactive.campaigns.turn import Turn, name_of
from proactive.campaigns.wording import moment_in_words, pace_in_words, reasons_in_words
from proactive.text.sanitize import clean_text

Change = dict[str, Any]
#: What is confirmed directly starts within this.
_AT_ONCE = dt.timedelta(minutes=1)
_LINK = re.compile(r"https?:|www\.|wa\.me|\b[\w-]+\.(?:com|net|org|br|me|ly|link|app|site|online|shop|store)\b", re.I)


def preview(turn: Turn, *, direct: bool) -> list[Reply] | None:
    """Freeze the campaigns and show them; or, where `direct` and one is small and can start now, confirm it at once.

    None where one of them stood otherwise by now.
    """
    hindrance = turn.terms.hindrance()
    if hindrance is not None:
        return [turn.answer("T12", why=f"Ainda não posso enviar para clientes: {hindrance}.")]
    changes: list[tuple[CampaignView, Frozen, Change]] = []
    for campaign in turn.campaigns:
        found = _frozen(turn, campaign)
        if isinstance(found, ChangeProblem):
            return [turn.answer("T7", revision=campaign.revision, wants=found.wants, **found.values)]
        changes.append((campaign, *found))
    possible = [each for each in changes if each[1].schedule is not None]
    if not possible:
        reasons = reasons_in_words(changes[0][1].left_out)
        why = f"Ninguém dessa lista pode receber agora{f' ({reasons})' if reasons else ''}."
        return [turn.answer("T12", why=why)]
    campaign, frozen, change = possible[0]
    small = len(turn.campaigns) == 1 and len(frozen.recipients) <= turn.options.direct
    starts_now = frozen.schedule is not None and frozen.schedule.starts_at <= turn.now + _AT_ONCE
    still_true = change["text"] == clean_text(campaign.text or "")
    refused = {each[0].id: turn.refusals(each[0]).of_others(turn.owner) for each in possible}
    sends = direct and small and starts_now and still_true and turn.reading.time is None
    if sends and not refused[campaign.id]:
        return _confirmed_at_once(turn, campaign, frozen, change)
    return previewed(turn, possible, {id_: refused_by(nos) for id_, nos in refused.items()})


def confirm(turn: Turn) -> list[Reply] | None:
    """Confirm what the owner saw; None where one of the campaigns stood otherwise by now."""
    confirmed = [campaign for campaign in turn.campaigns if campaign.status is Status.PREVIEWED]
    for campaign in confirmed:
        step = turn.store.step(campaign, turn.cause_of(campaign), _confirmation(turn))
        if step.outcome in ("stale", "missing"):
            return None
    return [told_of(turn, confirmed)]


def told_of(turn: Turn, confirmed: Sequence[CampaignView]) -> Reply:
    """T1 of campaigns that were confirmed as they were previewed."""
    number = sum(campaign.frozen or 0 for campaign in confirmed)
    starts = min((each.starts_at for each in confirmed if each.starts_at), default=turn.now)
    until = turn.first.send_until or turn.now + turn.options.lasts
    room = turn.terms.room(turn.first.source, turn.options.pace, max(starts, turn.now), until)
    return told(turn, number, room.schedule_of(number))


def told(
    turn: Turn, number: int, schedule: CampaignSchedule | None, revision: int | None = None, **more: object
) -> Reply:
    """What is told of a campaign that goes out: when it begins, to how many, how fast."""
    at = schedule.starts_at.astimezone(turn.terms.zone) if schedule else turn.local
    starts, today = max(at, turn.local + turn.options.delay), turn.local.date()
    pace = pace_in_words(number, schedule.a_day, schedule.last_day, today) if schedule else "tudo hoje"
    begins = moment_in_words(starts, turn.local)
    which = turn.first.revision if revision is None else revision
    return turn.answer("T1", revision=which, number=number, start=begins, pace=pace, **more)


def _frozen(turn: Turn, campaign: CampaignView) -> tuple[Frozen, Change] | ChangeProblem:
    """The campaign frozen anew, with the change that the reply asks for, and the columns that change."""
    everybody = turn.store.audience(campaign, campaign.audience, turn.now, turn.options.limits)
    changed = apply_change(campaign, turn.reading, everybody)
    if isinstance(changed, ChangeProblem):
        return changed
    text, rule = changed
    problem = new_text(text, rule)  # what a message offered, nobody has looked at yet
    if isinstance(problem, ChangeProblem):
        return problem
    wanted = turn.reading.time.moment(turn.local) if turn.reading.time else None
    return freeze_anew(turn, campaign, text, rule, wanted, everybody if rule == campaign.audience else None)


def freeze_anew(
    turn: Turn,
    campaign: CampaignView,
    text: str,
    rule: dict[str, Any],
    wanted: dt.datetime | None,
    audience: Sequence[AudienceClient] | None = None,
) -> tuple[Frozen, Change]:
    """The next revision of a campaign with that text and rule, and the columns that change.

    The free hours that it offers are those of now; where none are left nobody receives it. `wanted` is when it should
    start (aware); None leaves the start that is to come as it was. `audience` is whom the rule names, if it was read.
    """
    if audience is None:
        audience = turn.store.audience(campaign, rule, turn.now, turn.options.limits)
    day = offered_hours_day(campaign, rule)
    if day is not None:
        slot, zone = turn.options.slot_minutes, turn.terms.zone.key
        hours = turn.store.free_hours(campaign.organization_id, zone, day, slot)
        text, audience = with_hours(text, hours), audience if hours else without_hours(audience)
    starts = max(wanted or campaign.starts_at or turn.now, turn.now)
    until = starts + turn.options.lasts if campaign.standing.redoable else campaign.valid_until
    room = turn.terms.room(campaign.source, turn.options.pace, starts, until)
    frozen = freeze(campaign.id, text, turn.terms.business, audience, room)
    change = {
        "text": text, "audience": rule, "revision": campaign.revision + 1, "frozen": len(frozen.recipients),
        "told": len(frozen.recipients), "left_out": frozen.left_out, "instance_name": turn.terms.instance,
        "previewed_at": turn.now.isoformat(), "send_until": until.isoformat(),
        "starts_at": frozen.schedule.starts_at.isoformat() if frozen.schedule else None,
        "legal_basis": turn.terms.settings.get("legal_basis"),
        "basis_reference": turn.terms.settings.get("basis_reference"),
    }  # fmt: skip
    return frozen, change


def previewed(
    turn: Turn, changes: Sequence[tuple[CampaignView, Frozen, Change]], refused: Mapping[UUID, str | None] | None = None
) -> list[Reply] | None:
    """Write campaigns as previewed, and show them; None where one stood otherwise. `refused`: who else said no."""
    shown = []
    for campaign, frozen, change in changes:
        step = turn.store.step(campaign, turn.cause_of(campaign), change | {"status": "previewed"}, frozen.recipients)
        if step.outcome in ("stale", "missing"):
            return None
        kept = step.campaign if step.outcome == "known" else None
        shown.append(_shown(turn, campaign, frozen, change, kept) | {"declined_by": (refused or {}).get(campaign.id)})
    revision = max(campaign.revision for campaign, _, _ in changes) + 1
    until = turn.now + turn.options.preview_lasts
    ids = tuple(campaign.id for campaign, _, _ in changes)
    return [turn.answer("T2", revision=revision, valid_until=until, ids=ids, campaigns=shown)]


def has_link(text: str) -> bool:
    """Whether a text has a link, which makes clients and WhatsApp suspicious."""
    return _LINK.search(text) is not None


def _shown(
    turn: Turn, campaign: CampaignView, frozen: Frozen, change: Mapping[str, Any], kept: CampaignView | None
) -> dict[str, Any]:
    """What T2 shows of a campaign: as it was frozen now, or (`kept`) by the same reply before."""
    name, text = frozen.example or ("", "")
    schedule, number, today = frozen.schedule, len(frozen.recipients), turn.local.date()
    if schedule is None:
        raise ValueError("a campaign that nobody can receive is not previewed")
    left_out, starts = frozen.left_out, schedule.starts_at
    if kept is not None:
        number, left_out, starts = kept.frozen or 0, kept.left_out, kept.starts_at or starts
    return {
        "name": name_of(campaign),
        "number": number,
        "left_out_number": sum(left_out.values()),
        "left_out": reasons_in_words(left_out),
        "start": moment_in_words(starts.astimezone(turn.terms.zone), turn.local),
        "pace": pace_in_words(number, schedule.a_day, schedule.last_day, today),
        "example": {"name": name, "text": text},
        "link": has_link(change["text"]),
    }


def _confirmed_at_once(turn: Turn, campaign: CampaignView, frozen: Frozen, change: Change) -> list[Reply] | None:
    step = turn.store.step(campaign, turn.cause_of(campaign), change | _confirmation(turn), frozen.recipients)
    if step.outcome in ("stale", "missing"):
        return None
    example = dict(zip(("name", "text"), frozen.example or ("", ""), strict=True))
    return [told(turn, len(frozen.recipients), frozen.schedule, campaign.revision + 1, example=example)]


def _confirmation(turn: Turn) -> Change:
    return {
        "status": "confirmed", "confirmed_at": turn.now.isoformat(), "pause_cause": None, "resumes_as": None,
        "confirmed_by": str(turn.candidate.organization.owner.id),
        "confirmation": {"reply_id": turn.cause, "via": turn.via, "heard": str(turn.reading.kind)}
        | ({"by": turn.by} if turn.by else {}),
    }  # fmt: skip
