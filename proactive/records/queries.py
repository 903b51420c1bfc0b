"""The queries of messages: each is one call of a database function."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from proactive.storage.answers import Row, optional_row, row, rows
from proactive.storage.supabase import Database

#: A text is looked for so many days back where neither an organisation nor a day bounds the search.
TEXT_SEARCHED_DAYS = 90
#: At most so many failed messages are counted.
_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """A filter of messages; None does not filter. `since` is included, `until` is not (aware instants).

    `id` is the beginning of a message's id (hexadecimal digits) or a whole id of the gateway's. `owner` is a part of
    the owner's name and `text` of the message's, without capitals and accents; `phone` the last digits of the owner's
    number; `reason` the code of a failure; `instance` the name of the instance that it went, or would go, out from.
    `answered` ones were answered, `slower` ones took at least so many seconds from their time to being sent.
    """

    organization: UUID | None = None
    type: str | None = None
    status: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    id: str | None = None
    delivery: str | None = None
    owner: str | None = None
    phone: str | None = None
    text: str | None = None
    reason: str | None = None
    instance: str | None = None
    answered: bool = False
    slower: float | None = None

    def bounded(self, now: dt.datetime) -> MessageFilter:
        """The same, but that a text is looked for in the last days before `now` (aware), where nothing else bounds it.

        The database reads every text of the period.
        """
        if self.text is None or self.organization is not None or self.since is not None:
            return self
        return replace(self, since=now - dt.timedelta(days=TEXT_SEARCHED_DAYS))

    def as_json(self) -> dict[str, Any]:
        """The filter as the database functions take it."""
        named = {
            "organization": self.organization, "type": self.type, "status": self.status, "id": self.id,
            "delivery": self.delivery, "owner": self.owner, "phone": self.phone, "text": self.text,
            "reason": self.reason, "instance": self.instance,
            "answered": self.answered or None, "slower": self.slower, "from": _iso(self.since), "to": _iso(self.until),
        }  # fmt: skip
        return {name: str(value) for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class FailedCounts:
    """How many messages of a filter failed, by the code of the reason (up to 10,000 are counted), and how many of them
    can be sent again together: not those of which nobody knows whether they were sent."""

    failed: int
    resendable: int
    reasons: Mapping[str, int]


class MessageQueries:
    """Reads messages; every method raises SupabaseError where Supabase is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def messages(
        self, wanted: MessageFilter, after: tuple[dt.datetime, UUID] | None, limit: int, *, resendable: bool = False
    ) -> list[Row]:
        """At most `limit` (1000) messages, newest first, after the last row seen (its creation and id).

        `resendable`: only failed ones that can be sent again together.
        """
        seen_at, seen_id = after or (None, None)
        arguments = {
            "p_filter": wanted.as_json() | ({"resendable": True} if resendable else {}),
            "p_before_at": _iso(seen_at), "p_before_id": str(seen_id) if seen_id else None, "p_limit": limit,
        }  # fmt: skip
        return self._database.call("aurora_proactive_search_messages", arguments, rows)

    def failed(self, wanted: MessageFilter) -> FailedCounts:
        """How many of them failed, and why."""
        arguments = {"p_filter": wanted.as_json(), "p_limit": _COUNTED}
        found = self._database.call("aurora_proactive_count_failed", arguments, row)
        return FailedCounts(found["failed"], found["resendable"], found["reasons"])

    def message(self, message_id: UUID) -> Row | None:
        """One message whole, with its replies; None where there is none."""
        return self._database.call("aurora_proactive_message", {"p_id": str(message_id)}, optional_row)

    def messages_of(self, message_ids: Sequence[UUID]) -> list[Row]:
        """The messages of up to 1000 ids, newest first; those without a record are left out."""
        if not message_ids:
            return []
        return self._database.call("aurora_proactive_messages_of", {"p_ids": [str(each) for each in message_ids]}, rows)

    def names(self, organizations: Sequence[UUID], owners: Sequence[UUID] = ()) -> Mapping[str, str]:
        """The names of organisations and of owners, by their ids; who has none is left out."""
        if not organizations and not owners:
            return {}
        arguments = {
            "p_organizations": [str(each) for each in organizations],
            "p_owners": [str(each) for each in owners],
        }
        return self._database.call("aurora_proactive_names", arguments, row)


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
