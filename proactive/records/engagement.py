"""What came of messages: read, answered, and how; each figure with how many messages it is of."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from proactive.message_types.registry import BY_HAND
from proactive.storage.answers import row
from proactive.storage.supabase import Database

#: The days after a campaign's message in which a booking counts, unless somebody asks for others (1 to 60).
BOOKED_WITHIN = 14


class EngagementCounts(BaseModel):
    """What came of the messages of a type, or (`type` None) of all of them, that were sent in a period.

    `delivery_n`, `read_n` and `answer_n` are how many messages the figures after each are of: those whose window has
    closed. `untold` are left out of the first two: their instance told no receipt in 7 days. `to_hidden` went to owners
    whose reads WhatsApp hides. `unread` are answers of the time before answers were read. `median` and `quarter` are
    the seconds after which half, and a quarter, had been answered; None where fewer were within 48 hours.
    """

    model_config = ConfigDict(frozen=True)

    type: str | None
    sent: int
    delivery_n: int
    untold: int
    delivered: int
    on_its_way: int
    refused: int
    silent: int
    read_n: int
    read: int
    to_hidden: int
    answer_n: int
    answered: int
    yes: int
    no: int
    stop: int
    other: int
    unread: int
    median: float | None
    quarter: float | None

    @property
    def said_n(self) -> int:
        """The number of answers that were read."""
        return self.answered - self.unread


class AwayWeek(BaseModel):
    """A local week (its Monday) in which webhooks were away: nothing was heard for so many hours after a sending."""

    model_config = ConfigDict(frozen=True)

    week: dt.date
    hours: float


class Engagement(BaseModel):
    """What came of an organisation's messages: in all, by type, and what the figures cannot say."""

    model_config = ConfigDict(frozen=True)

    rows: tuple[EngagementCounts, ...]
    hidden_readers: int
    away: tuple[AwayWeek, ...]

    @property
    def total(self) -> EngagementCounts:
        """The counts of all types together."""
        return next(each for each in self.rows if each.type is None)

    @property
    def types(self) -> list[EngagementCounts]:
        """The counts of each type that was sent, the most sent first."""
        return sorted((each for each in self.rows if each.type), key=lambda each: (-each.sent, each.type or ""))


class BookedAfter(BaseModel):
    """What clients booked within `days` after a campaign wrote to them: after, not because.

    `n` are the clients whose window has closed, `open` those whose has not; `value` (reais) is what those `booked` is
    worth, `done` what of it was done 30 days after the window, of `done_n` clients. The windows of `in_two` overlap
    another campaign's: both count a booking.
    """

    model_config = ConfigDict(frozen=True)

    days: int
    n: int
    booked: int
    value: float
    done_n: int
    done: float
    open: int
    in_two: int


class EngagementQueries:
    """Reads what came of messages. Every method raises SupabaseError where Supabase is away or not understood."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def engagement(self, organization: UUID, first: dt.date, last: dt.date, now: dt.datetime) -> Engagement:
        """What came of the messages of the local days from `first` to `last`, both included, as of `now`."""
        arguments = _period(organization, first, last, now) | {"p_types": list(BY_HAND)}
        return self._database.call(
            "aurora_proactive_engagement", arguments, lambda answer: Engagement.model_validate(row(answer))
        )

    def booked_after(
        self, organization: UUID, first: dt.date, last: dt.date, now: dt.datetime, days: int = BOOKED_WITHIN
    ) -> BookedAfter:
        """What the clients booked whom campaigns wrote to on these local days, within `days` of 24 hours."""
        arguments = _period(organization, first, last, now) | {"p_days": days}
        return self._database.call(
            "aurora_proactive_booked_after", arguments, lambda answer: BookedAfter.model_validate(row(answer))
        )


def _period(organization: UUID, first: dt.date, last: dt.date, now: dt.datetime) -> dict[str, Any]:
    return {
        "p_organization": str(organization), "p_from": first.isoformat(), "p_to": last.isoformat(),
        "p_now": now.isoformat(),
    }  # fmt: skip
