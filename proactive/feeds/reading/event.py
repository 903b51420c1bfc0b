"""An event of a file as it is written: its times unread in any zone yet, its rules as parts."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from icalendar.parser import Contentline
from icalendar.prop import vDuration

from proactive.feeds.faults import Unreadable
from proactive.feeds.reading.content import RawComponent
from proactive.feeds.reading.rule import Rule, rule_of

LONGEST_TITLE = 60
_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?")
_SINGLE = frozenset({"DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"})
_NUMBER = re.compile(r"\+?\d{1,9}")


class WrittenTime(NamedTuple):
    """A time as it is written: `wall` is naive; of a date it is midnight. `zone` is the TZID of a local time."""

    wall: dt.datetime
    form: Literal["date", "local", "utc"]
    zone: str | None = None


class Stretch(NamedTuple):
    """An RDATE: when, and of a period until when or how long."""

    start: WrittenTime
    end: WrittenTime | dt.timedelta | None = None


class _Line(NamedTuple):
    name: str
    parameters: dict[str, str]
    value: str


@dataclass(slots=True)
class FeedEvent:
    """A component VEVENT. `end` is a time or a duration; `replaces` the RECURRENCE-ID, `and_future` its RANGE."""

    uid: str
    title: str | None
    start: WrittenTime
    end: WrittenTime | dt.timedelta | None
    rules: list[Rule]
    dates: list[Stretch]
    without: list[WrittenTime]
    replaces: WrittenTime | None
    and_future: bool
    sequence: int
    cancelled: bool
    transparent: bool
    marked_all_day: bool

    @property
    def repeats(self) -> bool:
        """Whether it is more than one event by itself."""
        return bool(self.rules or self.dates)


def title_of(raw: RawComponent) -> str | None:
    """The title of a component, 60 characters at most; None where it has none."""
    for line in raw.lines:
        if line[:7].upper() == "SUMMARY":
            try:
                text = str(Contentline(line).parts()[2])
            except ValueError:
                return None
            text = "".join(letter if letter.isprintable() else " " for letter in text)
            return " ".join(text.split())[:LONGEST_TITLE].strip() or None
    return None


def identity_of(raw: RawComponent) -> tuple[str, int]:
    """The UID and SEQUENCE of a component that is not read further; no UID where it has none, or is a change."""
    uid = (raw.texts("UID") or [""])[-1] if not raw.texts("RECURRENCE-ID") else ""
    return uid, _sequence((raw.values("SEQUENCE") or [""])[-1])


def event_of(raw: RawComponent, number: int) -> FeedEvent:
    """The event of a component; `number` names it where it has no UID.

    Raises:
        Unreadable: something of it that would count is not understood.
        SeriesRefused: it repeats in a way that is refused.
    """
    if raw.broken:
        raise Unreadable("broken")
    by_name: dict[str, list[_Line]] = {}
    for line in map(_line, raw.lines):
        by_name.setdefault(line.name, []).append(line)
    if any(len(by_name.get(name, ())) > 1 for name in _SINGLE) or "DTSTART" not in by_name:
        raise Unreadable("a time is missing, or there twice")
    replaces = by_name.get("RECURRENCE-ID")
    rules = [rule_of(line.value, exrule="EXRULE" in by_name) for line in by_name.get("RRULE", ())]
    if "EXRULE" in by_name and not rules:
        rule_of("", exrule=True)
    return FeedEvent(
        uid=_text(by_name, "UID") or f"#{number}",
        title=title_of(raw),
        start=_time(by_name["DTSTART"][0]),
        end=_end(by_name),
        rules=rules,
        dates=[stretch for line in by_name.get("RDATE", ()) for stretch in _stretches(line)],
        without=[_time(line, part) for line in by_name.get("EXDATE", ()) for part in _parts(line)],
        replaces=_time(replaces[0]) if replaces else None,
        and_future=replaces is not None and replaces[0].parameters.get("RANGE", "").upper() == "THISANDFUTURE",
        sequence=_sequence(_text(by_name, "SEQUENCE")),
        cancelled=_text(by_name, "STATUS").upper() == "CANCELLED",
        transparent=_text(by_name, "TRANSP").upper() == "TRANSPARENT",
        marked_all_day=_text(by_name, "X-MICROSOFT-CDO-ALLDAYEVENT").upper() == "TRUE",
    )


def _sequence(text: str) -> int:
    return int(text) if _NUMBER.fullmatch(text) else 0


def _line(text: str) -> _Line:
    try:
        name, parameters, value = Contentline(text).parts()
    except ValueError:
        raise Unreadable("a line is no line") from None
    return _Line(name.upper(), {key.upper(): str(value) for key, value in parameters.items()}, str(value).strip())


def _text(by_name: dict[str, list[_Line]], name: str) -> str:
    return by_name[name][-1].value if name in by_name else ""


def _end(by_name: dict[str, list[_Line]]) -> WrittenTime | dt.timedelta | None:
    if "DTEND" in by_name:
        return _time(by_name["DTEND"][0])
    return duration_of(by_name["DURATION"][0].value) if "DURATION" in by_name else None


def _parts(line: _Line) -> list[str]:
    return [part.strip() for part in line.value.split(",") if part.strip()]


def _stretches(line: _Line) -> list[Stretch]:
    found = []
    for part in _parts(line):
        start, slash, end = part.partition("/")
        if not slash:
            found.append(Stretch(_time(line, start)))
        else:
            found.append(Stretch(_time(line, start), duration_of(end) if "P" in end.upper() else _time(line, end)))
    return found


def duration_of(text: str) -> dt.timedelta:
    """A duration as it is written. Raises Unreadable."""
    try:
        duration = vDuration.from_ical(text)
    except (ValueError, OverflowError):
        raise Unreadable("a duration is none") from None
    return dt.timedelta(seconds=duration.total_seconds())


def _time(line: _Line, text: str | None = None) -> WrittenTime:
    zone, (before, _, time) = line.parameters.get("TZID"), (line.value if text is None else text).rpartition(":")
    # a TZID with a colon and without quotes: the rest of it stands before the time
    return time_of(time, f"{zone}:{before}" if zone is not None and before else zone)


def time_of(text: str, zone: str | None = None) -> WrittenTime:
    """A date or a time as it is written. Raises Unreadable."""
    found = _TIME.fullmatch(text.strip().upper())
    if not found:
        raise Unreadable("a time is none")
    year, month, day, hour, minute, second, utc = found.groups()
    try:
        date = dt.datetime(int(year), int(month), int(day))  # noqa: DTZ001  a wall clock's
        if hour is None:
            return WrittenTime(date, "date")
        leap = second == "60"
        wall = date.replace(hour=int(hour), minute=int(minute), second=59 if leap else int(second))
    except ValueError:
        raise Unreadable("a time is none") from None
    return WrittenTime(wall, "utc") if utc else WrittenTime(wall, "local", zone)
