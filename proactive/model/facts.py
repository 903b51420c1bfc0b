"""What is true in a business: one frozen value a message type, as the database computed it.

Every `date` is the organisation's local date at the moment the facts were computed ("now"). `listed` is
in the message's order. Names, pets and services are as stored (the text layer cleans them), phones as
people typed them. `figures()` gives the keys that `metadata.facts` and a preview show.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from proactive.model.occurrence import Audience


class Value(BaseModel):
    """Base of the frozen values; unknown keys are refused, so that SQL and Python cannot drift apart."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Line(Value):
    """One line of a message's list; `id` is the id of the row it stands for."""

    id: UUID


class Facts(Value):
    """Common part. `fires` is whether the schedule would send it (the condition of each type)."""

    counted: ClassVar[tuple[str, ...]] = ()

    date: dt.date
    fires: bool

    def lines(self) -> tuple[Line, ...]:
        """The lines of the message's list, in order; each subclass narrows `listed`."""
        listed: tuple[Line, ...] = getattr(self, "listed")  # noqa: B009
        return listed

    def figures(self, shown: int | None = None) -> dict[str, Any]:
        """The figures of `metadata.facts`: JSON-ready, money as a decimal string.

        `shown` is how many lines the text really shows (long lists are shortened); None means all.
        """
        lines = self.lines()[:shown]
        figures: dict[str, Any] = {"date": self.date.isoformat()}
        figures |= {name: _plain(getattr(self, name)) for name in self.counted}
        figures["listed"] = [str(line.id) for line in lines]
        return figures | self.extra_figures(len(lines))

    def extra_figures(self, shown: int) -> dict[str, Any]:
        """Figures beyond counts and ids; none unless a type has some. `shown` lines are listed."""
        return {}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return str(value) if isinstance(value, Audience) else value


class BookingLine(Line):
    """A live booking of the day; `at` is its local start."""

    pet: str | None
    client: str | None
    service: str | None
    at: dt.time


class DailySummaryFacts(Facts):
    """The day's bookings, revenue in reais, new clients, pending bookings; at most 10 lines."""

    counted: ClassVar[tuple[str, ...]] = ("bookings", "revenue", "new_clients", "pending")

    bookings: int
    revenue: Decimal
    new_clients: int
    pending: int
    listed: tuple[BookingLine, ...]


class ClientLine(Line):
    """A client with its active pets' names, by name."""

    name: str | None
    phone: str | None
    pets: tuple[str, ...] = ()


class InactiveClientsFacts(Facts):
    """Clients without contact for more than `days` days: the exact number and the ten most valuable."""

    counted: ClassVar[tuple[str, ...]] = ("days", "inactive")

    days: int
    inactive: int
    listed: tuple[ClientLine, ...]


class BirthdayLine(Line):
    """A pet that has its birthday, and its tutor."""

    pet: str
    client: str | None
    phone: str | None


class BirthdaysFacts(Facts):
    """The pets that have their birthday today: the exact number; `listed` holds at most 200 of them."""

    counted: ClassVar[tuple[str, ...]] = ("birthdays",)

    birthdays: int
    listed: tuple[BirthdayLine, ...]


class VisitorLine(Line):
    """A client who may need a visit, with its strongest true reason.

    `weekday` is the ISO weekday (1 Monday to 7 Sunday) of a `vip_weekday`; `rhythm` how a `rhythm` client
    books; `service` (of the last visit, may be None) and `days_since` (local days since it) always hold.
    """

    name: str | None
    reason: Literal["vip_weekday", "rhythm", "last_visit"]
    weekday: int | None = None
    rhythm: Literal["weekly", "fortnightly", "monthly"] | None = None
    service: str | None = None
    days_since: int


class OpportunitiesFacts(Facts):
    """The next three local days. `emptiest` is the part of the day with most free slots, None if none is free."""

    counted: ClassVar[tuple[str, ...]] = ("confirmed", "free_slots")

    confirmed: int
    free_slots: int
    emptiest: Literal["morning", "afternoon", "evening"] | None
    listed: tuple[VisitorLine, ...]

    def extra_figures(self, shown: int) -> dict[str, Any]:
        """Each listed client's reason."""
        return {"reasons": [line.reason for line in self.listed[:shown]]}


class ContactLine(Line):
    """A client to contact urgently, with its strongest true reason and what that reason counts."""

    name: str | None
    reason: Literal["vip", "last_minute", "last_contact"]
    done_bookings: int
    days_since_contact: int


class LowOccupancyFacts(Facts):
    """Tomorrow's live bookings, at most 15 clients to contact, at most 3 free hours (local starts)."""

    counted: ClassVar[tuple[str, ...]] = ("bookings",)

    bookings: int
    free_hours: tuple[dt.time, ...]
    listed: tuple[ContactLine, ...]

    def extra_figures(self, shown: int) -> dict[str, Any]:
        """Each listed client's reason; the free hours as `HH:MM`."""
        return {
            "reasons": [line.reason for line in self.listed[:shown]],
            "free_hours": [f"{hour:%H:%M}" for hour in self.free_hours],
        }


class CustomCampaignFacts(Facts):
    """A campaign's audience: exact size, a sample of at most 5, and the best moment to send it.

    `best_weekday` (ISO) and `best_hour` (local) are when this business's clients book most often, in the
    last 90 days and outside quiet hours; None where nothing is known.
    """

    counted: ClassVar[tuple[str, ...]] = ("campaign_type", "target_audience", "reach")

    campaign_type: str
    target_audience: Audience
    message: str | None
    reach: int
    best_weekday: int | None
    best_hour: int | None
    listed: tuple[ClientLine, ...]
