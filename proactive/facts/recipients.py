"""The recipients of the schedule: the time zones in use, and the owners of one, page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from proactive.model.context import SendChoice
from proactive.storage.answers import flag, rows, texts
from proactive.storage.supabase import Database

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Addressee:
    """An owner of a zone, and what holds for one message type of what was chosen."""

    owner: UUID
    organization: UUID
    choice: SendChoice


class Recipients:
    """Reads owners with Aurora enabled in active organisations; nobody else gets a message by the schedule."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def time_zones(self) -> list[str]:
        """The IANA names of the time zones that have somebody to write to, in alphabetical order.

        Raises:
            SupabaseError: Supabase cannot be read.
        """
        return self._database.call("aurora_proactive_time_zones", {}, texts)

    def ran_before(self, type: str, zone: str) -> bool:
        """Whether the schedule wrote to somebody of a zone about this type in the last 8 days.

        Raises:
            SupabaseError: Supabase cannot be read.
        """
        arguments = {"p_type": str(type), "p_timezone": zone}
        return self._database.call("aurora_proactive_ran_before", arguments, flag)

    def recipients(self, zone: str, page: int = 1000) -> Iterator[list[tuple[UUID, UUID]]]:
        """Pages of (owner_number_id, organization_id) of a zone of `time_zones()`, in the owners' order of id.

        A page is at most `page` (1 to 1000) long and never empty. Owners who come or go while it is read
        disturb nobody else: each page starts after the last id of the one before.

        Raises:
            ValueError: `page` is not between 1 and 1000.
            SupabaseError: Supabase cannot be read.
        """
        arguments = {"p_timezone": zone}
        yield from _pages(
            lambda after: self._page("aurora_proactive_recipients", arguments, after, page, _recipients),
            page,
            lambda found: found[0],
        )

    def addressees(self, zone: str, type: str, page: int = 1000) -> Iterator[list[Addressee]]:
        """The same pages, of each owner with what holds for messages of `type`; raises alike."""
        arguments = {"p_timezone": zone, "p_type": type}
        yield from _pages(
            lambda after: self._page(
                "aurora_proactive_recipients_of_type", arguments, after, page, lambda answer: _addressees(type, answer)
            ),
            page,
            lambda found: found.owner,
        )

    def _page(
        self, function: str, arguments: dict[str, Any], after: UUID | None, limit: int,
        decode: Callable[[Any], list[_Found]],
    ) -> list[_Found]:  # fmt: skip
        place = {"p_after": None if after is None else str(after), "p_limit": limit}
        return self._database.call(function, arguments | place, decode)


def _pages(
    read: Callable[[UUID | None], list[_Found]], page: int, owner_of: Callable[[_Found], UUID]
) -> Iterator[list[_Found]]:
    if not 1 <= page <= 1000:
        raise ValueError("page must be between 1 and 1000.")
    last: UUID | None = None
    while found := read(last):
        yield found
        if len(found) < page:
            return
        last = owner_of(found[-1])


def _recipients(answer: Any) -> list[tuple[UUID, UUID]]:
    return [(UUID(row["owner_number_id"]), UUID(row["organization_id"])) for row in rows(answer)]


def _addressees(type: str, answer: Any) -> list[Addressee]:
    return [
        Addressee(
            UUID(row["owner_number_id"]), UUID(row["organization_id"]),
            SendChoice(type=type, is_on=row["is_on"], send_time=_time(row["send_time"])),
        )
        for row in rows(answer)
    ]  # fmt: skip


def _time(written: str | None) -> dt.time | None:
    return None if written is None else dt.time.fromisoformat(written)
