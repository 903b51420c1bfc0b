"""The figures that a text has to state outside its lists, and the words by which each of them is known."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

#: Beginnings of the words that several message types share.
BOOKING, CLIENT, DAY = ("agendamento",), ("client",), ("dia", "dias")


@dataclass(frozen=True, slots=True)
class RequiredFigure:
    """A figure and the beginnings of the words that must stand by it.

    `value` is a plain decimal (`plain`). One word of every group in `known_by` must be there; those in `may_have` may;
    any other word that belongs to another figure of the same text must not. `is_lower_bound` is whether "mais de" may
    stand before it.
    """

    value: str
    known_by: tuple[tuple[str, ...], ...]
    may_have: tuple[str, ...] = ()
    is_money: bool = False
    is_lower_bound: bool = False


def required(value: Decimal | int, *known_by: tuple[str, ...], may_have: tuple[str, ...] = ()) -> RequiredFigure:
    """The figure `value`, known by one word of each group."""
    return RequiredFigure(plain(value), known_by, may_have)


def plain(value: Decimal | int) -> str:
    """`value` as `RequiredFigure.value` says it: no exponent, no trailing zeros."""
    return f"{Decimal(value).normalize():f}"
