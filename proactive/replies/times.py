"""The times that people state in replies, and the moment that each of them means."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lark import Token, Tree

from proactive.replies.normalisation import NUMBERS

_WEEKDAYS = ("segunda", "terca", "quarta", "quinta", "sexta", "sabado", "domingo")
_DAYS = {"today": 0, "tomorrow": 1, "day_after": 2}
#: The hour that a part of the day means where no hour is said.
_BEGINS = {"morning": dt.time(9), "afternoon": dt.time(14), "evening": dt.time(18)}
_DAY_BEGINS = dt.time(9)


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A time as it was stated: after some minutes, or a day (`days` from today, or `weekday`, Monday is 0) and an hour.

    Without a day the next such hour is meant. `at` is a local time, None where none was said.
    """

    minutes: int | None = None
    days: int | None = None
    weekday: int | None = None
    at: dt.time | None = None

    def moment(self, now: dt.datetime) -> dt.datetime:
        """The moment that is meant by somebody who writes at `now` (aware, in the organisation's zone).

        It may have passed already (`hoje às 9` said at ten): what follows then is not the reader's business.
        """
        if self.minutes is not None:
            return (now.astimezone(dt.UTC) + dt.timedelta(minutes=self.minutes)).astimezone(now.tzinfo)
        at, day = self.at or _DAY_BEGINS, now.date()
        if self.days is not None:
            day += dt.timedelta(days=self.days)
        elif self.weekday is not None:
            day += dt.timedelta(days=(self.weekday - day.weekday()) % 7)
            day += dt.timedelta(days=7 if dt.datetime.combine(day, at, now.tzinfo) <= now else 0)
        elif dt.datetime.combine(day, at, now.tzinfo) <= now:
            day += dt.timedelta(days=1)
        return dt.datetime.combine(day, at, now.tzinfo)


def number(word: str) -> int:
    """The number that digits or a word stand for. Raises ValueError where it is neither."""
    return NUMBERS[word] if word in NUMBERS else int(word)


def stated_time(tree: Tree[Token]) -> StatedTime | None:
    """The time that a tree of the rule `moment` states, None where there is no such time (`às 25h`)."""
    for distance in tree.find_data("distance"):
        return _after(distance)
    days = next((days for rule, days in _DAYS.items() if _holds(tree, rule)), None)
    weekday = next((_WEEKDAYS.index(_word(found)) for found in tree.find_data("weekday")), None)
    part = next((name for name in _BEGINS if _holds(tree, name)), None)
    clock = next(iter([*tree.find_data("clock"), *tree.find_data("sure_clock")]), None)
    if clock is None:
        return StatedTime(days=days, weekday=weekday, at=_BEGINS[part] if part else None)
    at = _at(clock, part)
    return StatedTime(days=days, weekday=weekday, at=at) if at else None


def _at(clock: Tree[Token], part: str | None) -> dt.time | None:
    half = 30 if _holds(clock, "half") else 0
    if _holds(clock, "noon"):
        return dt.time(12, half)
    hour, minute = next(
        (int(token), half) if token.type == "NUMBER" and token.isdigit() else (number(token), half)
        if token.type == "NUMBER" else tuple(map(int, token.replace("h", ":").split(":")))
        for token in clock.scan_values(lambda value: isinstance(value, Token) and value.type in ("NUMBER", "CLOCK"))
    )  # fmt: skip
    if part in ("afternoon", "evening") and hour < 12:
        hour += 12
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


def _after(distance: Tree[Token]) -> StatedTime | None:
    words = [str(token) for token in distance.scan_values(lambda value: isinstance(value, Token))]
    hours = _holds(distance, "hours")
    if "meia" in words:
        return StatedTime(minutes=30) if hours else None
    count = next(number(word) for word in words if word in NUMBERS or word.isdigit())
    return StatedTime(minutes=count * (60 if hours else 1)) if count <= 10_000 else None


def _holds(tree: Tree[Token], rule: str) -> bool:
    return next(iter(tree.find_data(rule)), None) is not None


def _word(tree: Tree[Token]) -> str:
    return str(tree.children[0])
