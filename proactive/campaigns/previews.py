"""Previews: a campaign is frozen anew, with what an owner asked to change, and shown before it can be confirmed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from proactive.campaigns.conversation_view import CampaignView
from proactive.campaigns.free_hours import offered_hours_day, with_hours, without_hours
from proactive.campaigns.freezing import AudienceClient, Frozen, freeze
from proactive.campaigns.outgoing_answers import Reply
from proactive.campaigns.turn import Turn, name_of
from proactive.campaigns.wording import pace_in_words, reasons_in_words, start_in_words

Change = dict[str, Any]
_LINK = re.compile(r"https?:|www\.|wa\.me|\b[\w-]+\.(?:com|net|org|br|me|ly|link|app|site|online|shop|store)\b", re.I)


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
        text, audience = with_hours(text, hours, rule), audience if hours else without_hours(audience)
    starts = max(wanted or campaign.starts_at or turn.now, turn.now)
    until = starts + turn.options.lasts if campaign.standing.redoable else campaign.valid_until
    room = turn.terms.room(campaign.source, turn.options.pace, starts, until)
    measured = turn.terms.settings.get("written_share") is not None
    holdout = turn.store.holdout(campaign, rule, turn.now) if measured else None
    frozen = freeze(campaign.id, text, turn.terms.business, audience, room, holdout)
    change = {
        "text": text, "audience": rule, "revision": campaign.revision + 1, "frozen": len(frozen.recipients),
        "told": len(frozen.recipients), "left_out": frozen.left_out, "instance_name": turn.terms.instance,
        "previewed_at": turn.now.isoformat(), "send_until": until.isoformat(),
        "starts_at": frozen.schedule.starts_at.isoformat() if frozen.schedule else None,
        "legal_basis": turn.terms.settings.get("legal_basis"),
        "basis_reference": turn.terms.settings.get("basis_reference"),
    }  # fmt: skip
    return frozen, change | ({"people": frozen.people} if measured else {})


def previewed(
    turn: Turn, changes: Sequence[tuple[CampaignView, Frozen, Change]], refused: Mapping[UUID, str | None] | None = None
) -> list[Reply] | None:
    """Write campaigns as previewed, and show them; None where one stood otherwise. `refused`: who else said no."""
    shown = []
    for campaign, frozen, change in changes:
        step = turn.store.step(
            campaign, turn.cause_of(campaign), change | {"status": "previewed"}, frozen.recipients, turn.author
        )
        if step.outcome in ("stale", "missing"):
            return None
        kept = step.campaign if step.outcome == "known" else None
        shown.append(_shown(turn, campaign, frozen, change, kept) | {"declined_by": (refused or {}).get(campaign.id)})
    revision = max(campaign.revision for campaign, _, _ in changes) + 1
    until = turn.now + turn.options.preview_lasts
    ids = tuple(campaign.id for campaign, _, _ in changes)
    pictured = turn.kind == "caption"
    return [turn.answer("T2", revision=revision, valid_until=until, ids=ids, campaigns=shown, no_images=pictured)]


def has_link(text: str) -> bool:
    """Whether a text has a link, which makes clients and WhatsApp suspicious."""
    return _LINK.search(text) is not None


def _shown(
    turn: Turn, campaign: CampaignView, frozen: Frozen, change: Mapping[str, Any], kept: CampaignView | None
) -> dict[str, Any]:
    """What T2 shows of a campaign: as it was frozen now, or (`kept`) by the same reply before."""
    name, text = frozen.example or ("", "")
    schedule, number = frozen.schedule, len(frozen.recipients)
    if schedule is None:
        raise ValueError("a campaign that nobody can receive is not previewed")
    left_out, starts, shown_at = frozen.left_out, schedule.starts_at, turn.now
    if kept is not None:
        number, left_out, starts = kept.frozen or 0, kept.left_out, kept.starts_at or starts
        shown_at = kept.previewed_at or shown_at
    starts = max(starts, shown_at + turn.options.delay)  # by then, said yes to at once
    return {
        "name": name_of(campaign),
        "number": number,
        "left_out_number": sum(left_out.values()),
        "left_out": reasons_in_words(left_out),
        "start": start_in_words(starts.astimezone(turn.terms.zone), turn.local),
        "pace": pace_in_words(number, schedule, turn.local.date()),
        "example": {"name": name, "text": text},
        "link": has_link(change["text"]),
    }
