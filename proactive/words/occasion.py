"""What a text is written about and for: facts, the owner, the business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from proactive.model.facts import Facts, Line


@dataclass(frozen=True, slots=True)
class Occasion:
    """The facts of a message, the owner's and the organisation's names as stored.

    `held_back` is how many of the audience do not receive the campaign, to measure its effect.
    """

    facts: Facts
    owner: str | None = None
    business: str | None = None
    held_back: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """An occasion with the first `shown` lines of its list, and how many there are of what the list is a part of."""

    occasion: Occasion
    shown: int
    total: int

    @property
    def facts(self) -> Any:
        """The facts, of the type's own class."""
        return self.occasion.facts

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that are shown."""
        return self.occasion.facts.lines()[: self.shown]

    @property
    def left_out(self) -> int:
        """N of `… e mais N`."""
        return max(self.total - len(self.lines), 0)
