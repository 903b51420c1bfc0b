"""The steps towards a sending: a preview that is frozen, and the confirmation of what was seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from proactive.campaigns.changes import ChangeProblem, apply_change, new_text
from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.freezing import Frozen
from proactive.campaigns.outgoing_answers import Reply
from proactive.campaigns.previews import Change, freeze_anew, previewed
from proactive.campaigns.refusals import refused_by
from proactive.campaigns.room import CampaignSchedule
from proactive.campaigns.standings import standing_in_words, under_way
from proactive.campaigns.states import Status
from proactive.campaigns.turn import Turn
from proactive.campaigns.wording import (
    hindrance_in_words,
    moment_in_words,
    pace_in_words,
    reasons_in_words,
    until_in_words,
)  # fmt: skip
from proactive.replies.readings import Kind
from proactive.text.sanitize import clean_text

_LOST = ("stale", "missing")
#: What is confirmed directly starts within this.
_AT_ONCE = dt.timedelta(minutes=1)
#: What ended a campaign that nobody could receive.
NOBODY = "nobody"


def preview(turn: Turn, *, direct: bool) -> list[Reply] | None:
    """Freeze the campaigns and show them; or, where `direct` and one is small and can start now, confirm it at once.

    None where one of them stood otherwise by now.
    """
    if (hindered := _hindered(turn)) is not None:
        return [hindered]
    if (too_late := _too_late(turn)) is not None:
        return [too_late]
    changes: list[tuple[CampaignView, Frozen, Change]] = []
    for campaign in turn.campaigns:
        found = _frozen(turn, campaign)
        if isinstance(found, ChangeProblem):
            live = under_way(campaign, turn.local, turn.options.delay) if campaign.live else ""
            return [turn.answer("T7", revision=campaign.revision, wants=found.wants, live=live, **found.values)]
        changes.append((campaign, *found))
    possible = [each for each in changes if each[1].schedule is not None]
    if not possible:
        return _nobody(turn, changes[0][1])
    campaign, frozen, change = possible[0]
    small = len(turn.campaigns) == 1 and len(frozen.recipients) <= turn.options.direct
    starts_now = frozen.schedule is not None and frozen.schedule.starts_at <= turn.now + _AT_ONCE
    still_true = change["text"] == clean_text(campaign.text or "")
    refused = {each[0].id: turn.refusals(each[0]).of_others(turn.owner) for each in possible}
    whole = not frozen.people  # who is left out to measure the effect is told first
    sends = direct and small and starts_now and still_true and whole and turn.reading.time is None
    if sends and not refused[campaign.id]:
        return _confirmed_at_once(turn, campaign, frozen, change)
    return previewed(turn, possible, {id_: refused_by(nos) for id_, nos in refused.items()})


def confirm(turn: Turn) -> list[Reply] | None:
    """Confirm what the owner saw; None where one of the campaigns stood otherwise by now."""
    hindered = _hindered(turn)
    if hindered is not None and turn.first.became is None:  # what was confirmed before is told again
        return [hindered]
    confirmed = [campaign for campaign in turn.campaigns if campaign.status is Status.PREVIEWED]
    for campaign in confirmed:
        step = turn.store.step(campaign, turn.cause_of(campaign), _confirmation(turn), author=turn.author)
        if step.outcome in _LOST:
            return None
    return [told_of(turn, confirmed)]


def told_of(turn: Turn, confirmed: Sequence[CampaignView], *, resumed: bool = False) -> Reply:
    """T1 of campaigns that go out as they were frozen, or (`resumed`) go on with those who still wait."""
    waiting = [warmth for each in confirmed for warmth, number in each.waiting.items() for _ in range(number)]
    number = len(waiting) if resumed else sum(campaign.frozen or 0 for campaign in confirmed)
    starts = min((each.starts_at for each in confirmed if each.starts_at), default=turn.now)
    until = turn.first.send_until or turn.now + turn.options.lasts
    room = turn.terms.room(turn.first.source, turn.options.pace, max(starts, turn.now), until)
    return told(turn, number, room.schedule(waiting), resumed=resumed)


def told(
    turn: Turn, number: int, schedule: CampaignSchedule | None, revision: int | None = None, *, resumed: bool = False,
    **more: object,
) -> Reply:  # fmt: skip
    """What is told of a campaign that goes out: when it begins, to how many, how fast."""
    at = schedule.starts_at.astimezone(turn.terms.zone) if schedule else turn.local
    goes_on = resumed and turn.first.resumes_as is not Status.CONFIRMED  # who began once begins without a delay
    starts = at if goes_on else max(at, turn.local + turn.options.delay)
    pace = pace_in_words(number, schedule, turn.local.date()) if schedule else "tudo hoje"
    begins = moment_in_words(starts, turn.local)
    which = turn.first.revision if revision is None else revision
    return turn.answer("T1", revision=which, number=number, start=begins, pace=pace, resumed=resumed, **more)


def _hindered(turn: Turn) -> Reply | None:
    """T12 where something hinders every sending; None where nothing does."""
    hindrance = turn.terms.hindrance()
    return None if hindrance is None else turn.answer("T12", why=hindrance_in_words(hindrance), hindrance=hindrance)


def _too_late(turn: Turn) -> Reply | None:
    """The answer to a time at which what is offered is over, with that reason; None where it is not over then."""
    if turn.reading.time is None:
        return None
    campaign, wanted = turn.first, turn.reading.time.moment(turn.local)
    at = turn.terms.calendar(campaign.source).first_moment(max(wanted, turn.now))
    if at is not None and (campaign.standing.redoable or at < campaign.valid_until):
        return None
    until = until_in_words(campaign.valid_until.astimezone(turn.terms.zone), turn.local)
    why = f"Essa campanha só vale até {until}."
    if not campaign.live:
        return turn.answer("T6", revision=campaign.revision, detail=why)
    standing = standing_in_words(campaign, turn.candidate, turn.local, turn.options.delay)
    return turn.answer("T9", name=turn.name, removed=why, standing=standing)


def _nobody(turn: Turn, frozen: Frozen) -> list[Reply] | None:
    """T12, and the end of what nobody can receive; a change that leaves nobody is not made, what was shown stays."""
    reasons = reasons_in_words(frozen.left_out)
    if not turn.reading.changes:
        ended = {"status": "declined", "ended_at": turn.now.isoformat(), "ended_by": NOBODY}
        for campaign in turn.campaigns:
            if not campaign.live and turn.store.step(campaign, turn.cause_of(campaign), ended).outcome in _LOST:
                return None
    why = f"Ninguém dessa lista pode receber agora{f' ({reasons})' if reasons else ''}."
    return [turn.answer("T12", why=why)]


def _frozen(turn: Turn, campaign: CampaignView) -> tuple[Frozen, Change] | ChangeProblem:
    """The campaign frozen anew, with the change that the reply asks for, and the columns that change."""
    known = dict(campaign.audience)
    if turn.reading.kind is Kind.EXCEPT:  # whom an earlier change left out is still known by name
        known.pop("except", None)
    everybody = turn.store.audience(campaign, known, turn.now, turn.options.limits)
    changed = apply_change(campaign, turn.reading, everybody, turn.written)
    if isinstance(changed, ChangeProblem):
        return changed
    text, rule = changed
    problem = new_text(text, rule)  # what a message offered, nobody has looked at yet
    if isinstance(problem, ChangeProblem):
        return problem
    wanted = turn.reading.time.moment(turn.local) if turn.reading.time else None
    return freeze_anew(turn, campaign, text, rule, wanted, everybody if rule == known else None)


def _confirmed_at_once(turn: Turn, campaign: CampaignView, frozen: Frozen, change: Change) -> list[Reply] | None:
    step = turn.store.step(
        campaign, turn.cause_of(campaign), change | _confirmation(turn), frozen.recipients, turn.author
    )
    if step.outcome in _LOST:
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
