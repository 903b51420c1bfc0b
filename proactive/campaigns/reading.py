"""The reading of campaigns, recipients and opt-outs for the API and the pages: each is one call of a database function.

Nothing here names a number: `phone` is a masked one, and an opt-out is found by an id of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from proactive.campaigns.states import LIVE, Status
from proactive.storage.answers import Row, optional_row, row, rows
from proactive.storage.supabase import Database

RecipientStatus = Literal["pending", "sent", "failed", "skipped"]
OptOutLevel = Literal["sure", "probable", "block_list", "luto"]
#: Campaigns that wait for somebody's yes.
WAITING = frozenset({Status.OFFERED, Status.PREVIEWED})
#: The states by what people ask for: those on their way, those that wait for a yes, those that are over.
STATE_GROUPS: dict[str, frozenset[Status]] = {
    "live": LIVE, "waiting": WAITING, "over": frozenset(Status) - LIVE - WAITING,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecipientFilter:
    """A filter of a campaign's recipients; None does not filter."""

    status: RecipientStatus | None = None
    reason: str | None = None
    delivery: str | None = None


@dataclass(frozen=True, slots=True)
class OptOutFilter:
    """A filter of an organisation's opt-outs; None does not filter. `phone` is a number as somebody writes it."""

    organization: UUID
    level: OptOutLevel | None = None
    phone: str | None = None


class CampaignReading:
    """Reads campaigns and opt-outs; every method raises SupabaseError where Supabase is away. Instants are aware."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def campaigns(
        self, organization: UUID | None, states: Collection[str] | None, after: tuple[dt.datetime, UUID] | None,
        limit: int,
    ) -> list[Row]:  # fmt: skip
        """At most `limit` campaigns, newest first, after the last row seen (its creation and id).

        Of one organisation, or (None) of all; in one of `states`, or (None) in any.
        """
        seen_at, seen_id = after or (None, None)
        arguments = {
            "p_organization": _text(organization), "p_states": sorted(map(str, states)) if states else None,
            "p_before_at": _iso(seen_at), "p_before_id": _text(seen_id), "p_limit": limit,
        }  # fmt: skip
        return self._database.call("aurora_proactive_campaign_list", arguments, rows)

    def campaign(self, campaign: UUID, now: dt.datetime) -> Row | None:
        """One campaign whole: who said yes, what came of it, three real messages; None where there is none."""
        arguments = {"p_campaign": str(campaign), "p_now": now.isoformat()}
        return self._database.call("aurora_proactive_campaign_whole", arguments, optional_row)

    def recipients(
        self, campaign: UUID, wanted: RecipientFilter, after: tuple[int, UUID] | None, limit: int, now: dt.datetime
    ) -> list[Row]:
        """At most `limit` (1000) recipients of the present revision, in its order, after the last row seen (its
        position and id), with their whole messages."""
        position, seen = after or (None, None)
        arguments = {
            "p_campaign": str(campaign), "p_status": wanted.status, "p_reason": wanted.reason,
            "p_delivery": wanted.delivery, "p_after_position": position, "p_after_id": _text(seen), "p_limit": limit,
            "p_now": now.isoformat(),
        }  # fmt: skip
        return self._database.call("aurora_proactive_campaign_recipient_list", arguments, rows)

    def opt_outs(
        self, wanted: OptOutFilter, after: tuple[dt.datetime, UUID] | None, limit: int, now: dt.datetime
    ) -> list[Row]:
        """At most `limit` opt-outs, newest first, after the last row seen (`since` and `id`)."""
        seen_at, seen_id = after or (None, None)
        arguments = {
            "p_organization": str(wanted.organization), "p_level": wanted.level, "p_phone": wanted.phone,
            "p_before_at": _iso(seen_at), "p_before_id": _text(seen_id), "p_limit": limit, "p_now": now.isoformat(),
        }  # fmt: skip
        return self._database.call("aurora_proactive_opt_out_list", arguments, rows)

    def opt_out(self, organization: UUID, opt_out: UUID, now: dt.datetime) -> Row | None:
        """One opt-out of an organisation, with its `key`, which no answer may show; None where there is none."""
        arguments = {"p_organization": str(organization), "p_id": str(opt_out), "p_now": now.isoformat()}
        return self._database.call("aurora_proactive_opt_out_found", arguments, optional_row)

    def opt_out_counts(self, organization: UUID, now: dt.datetime) -> dict[str, int]:
        """How many want no campaigns of an organisation now, by level."""
        arguments = {"p_organization": str(organization), "p_now": now.isoformat()}
        return self._database.call("aurora_proactive_opt_out_counts", arguments, row)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
