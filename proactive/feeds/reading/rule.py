"""Rules of recurrence: which are refused before anything is expanded, and what each says, part by part."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from proactive.feeds.faults import SeriesRefused, Unreadable

LONGEST_LIST, MOST_TIMES = 62, 24
_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
_LISTS = frozenset({
    "BYSECOND", "BYMINUTE", "BYHOUR", "BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS",
})  # fmt: skip
_TIMES = ("BYHOUR", "BYMINUTE", "BYSECOND")
_KNOWN = _LISTS | {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
_NUMBER = re.compile(r"[+-]?\d{1,18}")


@dataclass(frozen=True, slots=True)
class Rule:
    """An RRULE. `lists` are the parts BY... and WKST; `until` as it is written."""

    frequency: str
    interval: int
    count: int | None
    until: str | None
    lists: dict[str, str]

    @property
    def plain(self) -> bool:
        """Whether each interval brings exactly one event."""
        return not self.lists.keys() & _LISTS

    def written(self, until: dt.datetime | None) -> str:
        """The rule in iCalendar's notation, with an `until` of the series' own wall clock."""
        parts = {"FREQ": self.frequency, "INTERVAL": str(self.interval)} | self.lists
        parts |= {"COUNT": str(self.count)} if self.count is not None else {}
        parts |= {"UNTIL": f"{until:%Y%m%dT%H%M%S}".rjust(15, "0")} if until is not None else {}
        return ";".join(f"{name}={value}" for name, value in parts.items())


def rule_of(text: str, *, exrule: bool = False) -> Rule:
    """The rule of a text; `exrule`: whether its component has an EXRULE.

    Raises:
        SeriesRefused: a component with this rule is refused.
        Unreadable: it is no rule.
    """
    if exrule:
        raise SeriesRefused("exrule")
    parts: dict[str, str] = {}
    for part in filter(None, text.replace(" ", "").upper().strip(";").split(";")):
        name, equals, value = part.partition("=")
        if not equals or not value or name in parts:
            raise Unreadable("a rule is none")
        parts[name] = value
    if (parts.get("RSCALE"), parts.get("SKIP", "OMIT")) in ((None, "OMIT"), ("GREGORIAN", "OMIT")):
        parts = {name: value for name, value in parts.items() if name not in ("RSCALE", "SKIP")}
    _refuse(parts)
    if parts.get("FREQ") not in _FREQUENCIES or not parts.keys() <= _KNOWN:
        raise Unreadable("a rule is none")
    return Rule(
        frequency=parts["FREQ"], interval=_number(parts.get("INTERVAL", "1")), count=_count(parts.get("COUNT")),
        until=parts.get("UNTIL"),
        lists={name: value for name, value in parts.items() if name in _LISTS or name == "WKST"},
    )  # fmt: skip


def _refuse(parts: dict[str, str]) -> None:
    if parts.get("FREQ") in _TOO_OFTEN:
        raise SeriesRefused("frequency")
    interval = parts.get("INTERVAL", "1")
    if not _NUMBER.fullmatch(interval) or int(interval) < 1:
        raise SeriesRefused("interval")
    lengths = {name: value.count(",") + 1 for name, value in parts.items() if name.startswith("BY")}
    if any(length > LONGEST_LIST for length in lengths.values()):
        raise SeriesRefused("by_list")
    times = 1
    for name in _TIMES:
        times *= lengths.get(name, 1)
    if times > MOST_TIMES:
        raise SeriesRefused("by_time")


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise Unreadable("a number is none")
    return int(text)


def _count(text: str | None) -> int | None:
    """How many events; a negative number is none."""
    count = None if text is None else _number(text)
    return None if count is None or count < 0 else count
