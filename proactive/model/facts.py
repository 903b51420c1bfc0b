"""The base of every message type's facts: what is true in a business, as the database computed it.

Every `date` is the organisation's local date at the moment the facts were computed ("now"). `listed` is
in the message's order. Names, pets and services are as stored (the text layer cleans them), phones as
people typed them. `figures()` gives the keys that `metadata.facts` and a preview show.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """Base of the frozen values; unknown keys are refused, so that SQL and Python cannot drift apart."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Line(Value):
    """A line of a message's list; `id` is the id of the row it stands for."""

    id: UUID


class Facts(Value):
    """Base of a type's facts. `fires` is whether the schedule would send the message (the condition of each type)."""

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
    return str(value) if isinstance(value, StrEnum) else value


class ClientLine(Line):
    """A client with its active pets' names, by name."""

    name: str | None
    phone: str | None
    pets: tuple[str, ...] = ()
