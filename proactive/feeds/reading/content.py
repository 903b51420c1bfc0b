"""The raw content of a file: its events and zones, each apart, without what is long over and what nothing reads."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from icalendar.prop import vDuration

from proactive.feeds.faults import FeedFault

#: Of what is not dropped.
LARGEST, MOST_COMPONENTS = 4 * 1024 * 1024, 5000
#: An event that ended so long ago is dropped as it stands, if it does not repeat.
OVER = dt.timedelta(days=2)
_FOLD = re.compile(rb"\r\n|\r|\n")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_TIME = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")
#: How much later a local time may be than the same time of UTC.
_WEST = dt.timedelta(hours=12)
_OF_EVENTS = frozenset({
    "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "SEQUENCE", "STATUS",
    "TRANSP", "SUMMARY", "X-MICROSOFT-CDO-ALLDAYEVENT",
})  # fmt: skip
_OF_ZONES = frozenset({
    "TZID", "DTSTART", "RRULE", "RDATE", "EXRULE", "TZOFFSETFROM", "TZOFFSETTO",
})  # fmt: skip
_READ = {"VEVENT": _OF_EVENTS, "VTIMEZONE": _OF_ZONES}
#: What never stands in another component: where it begins, whatever was open has no end.
_TOP = frozenset({*_READ, "VTODO", "VJOURNAL", "VFREEBUSY"})
_REPEATS = frozenset({"RRULE", "RDATE", "RECURRENCE-ID"})


@dataclass(slots=True)
class RawComponent:
    """A component as it is written: its lines, unfolded, those of its parts (of zones alone) apart.

    `broken` where what is nested in it does not end as it began.
    """

    kind: str
    lines: list[str] = field(default_factory=list)
    parts: list[RawComponent] = field(default_factory=list)
    broken: bool = False
    size: int = 0

    def values(self, name: str) -> list[str]:
        """What stands behind the last colon of each line of a name, as times and numbers do."""
        return [line.rpartition(":")[2].strip() for line in self.lines if name_of(line) == name]

    def texts(self, name: str) -> list[str]:
        """What stands behind the first colon of each line of a name."""
        return [line.partition(":")[2].strip() for line in self.lines if name_of(line) == name]


def name_of(line: str) -> str:
    """The name of a line's property in capitals; empty where it has none."""
    found = _NAME.match(line)
    return found[0].upper() if found else ""


def components(body: bytes, now: dt.datetime) -> list[RawComponent]:
    """The events and zones of a file that are not long over at `now` (aware).

    Raises:
        FeedFault: it is no iCalendar file, it is cut, or what is left of it is too much.
    """
    found: list[RawComponent] = []
    size = 0
    for each in _components(body):
        if each.kind == "VEVENT" and is_over(each, now):
            continue
        found.append(each)
        size += each.size
        if size > LARGEST:
            raise FeedFault("too_large")
        if len(found) > MOST_COMPONENTS:
            raise FeedFault("too_many_components")
    return found


def _components(body: bytes) -> Iterator[RawComponent]:
    calendars, depth = 0, 0
    scan = _Scan()
    for raw in _unfolded(body):
        line = _text(raw)
        name, value = name_of(line), line.partition(":")[2].strip().upper()
        if not calendars and (name, value) != ("BEGIN", "VCALENDAR"):
            raise FeedFault("not_a_calendar")
        if value == "VCALENDAR" and name in ("BEGIN", "END"):
            calendars, depth = calendars + (name == "BEGIN"), depth + (1 if name == "BEGIN" else -1)
            yield from scan.broken_off()
        else:
            yield from scan.take(line, name, value, len(raw) + 2)
    if not calendars:
        raise FeedFault("not_a_calendar")
    if depth > 0:
        raise FeedFault("cut")


class _Scan:
    """Takes lines and gives back each component that they end."""

    def __init__(self) -> None:
        self._component: RawComponent | None = None
        self._open: list[str] = []

    def take(self, line: str, name: str, value: str, size: int) -> Iterator[RawComponent]:
        """Take a line that is `size` bytes long."""
        if name == "BEGIN" and (not self._open or value in _TOP):
            yield from self.broken_off()
            self._component, self._open = RawComponent(value, size=size), [value]
            return
        component = self._component
        if component is None:
            return
        component.size += size
        if name == "BEGIN":
            self._open.append(value)
            component.parts.append(RawComponent(value if len(self._open) == 2 else ""))
        elif name == "END":
            self._end(component, value)
            if not self._open:
                self._component = None
                if component.kind in _READ:
                    yield component
        elif len(self._open) <= 2 and name in _READ.get(component.kind, ()):
            (component if len(self._open) == 1 else component.parts[-1]).lines.append(line)

    def _end(self, component: RawComponent, value: str) -> None:
        if value not in self._open:
            component.broken = True
            return
        component.broken |= self._open[-1] != value
        del self._open[self._open.index(value) :]

    def broken_off(self) -> Iterator[RawComponent]:
        """Give back what has no end, where there is such a component."""
        component, self._component, self._open = self._component, None, []
        if component is not None and component.kind in _READ:
            component.broken = True
            yield component


def _unfolded(body: bytes) -> Iterator[bytes]:
    whole: list[bytes] = []
    for line in _FOLD.split(body.removeprefix(b"\xef\xbb\xbf")):
        if line[:1] in (b" ", b"\t") and whole:
            whole.append(line[1:])
            continue
        if any(whole):
            yield b"".join(whole)
        whole = [line]
    if any(whole):
        yield b"".join(whole)


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def is_over(event: RawComponent, now: dt.datetime) -> bool:
    """Whether an event that does not repeat ended surely two days before `now`, in whichever zone it is."""
    if any(name_of(line) in _REPEATS for line in event.lines):
        return False
    starts, ends, lengths = (event.values(name) for name in ("DTSTART", "DTEND", "DURATION"))
    if len(starts) != 1 or len(ends) > 1 or len(lengths) > 1:
        return False
    try:
        end = _latest((ends or starts)[0], whole_day=not ends)
        end += vDuration.from_ical(lengths[0]) if lengths and not ends else dt.timedelta()
    except (ValueError, OverflowError):
        return False
    return end < now - OVER


def _latest(text: str, *, whole_day: bool) -> dt.datetime:
    """The latest instant that a time may be; of a date that is a start, the end of its day. Raises ValueError."""
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError("no time")
    day, time, utc = found.groups()
    moment = dt.datetime.strptime(day + (time or "000000"), "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    moment += dt.timedelta(days=1) if whole_day and not time else dt.timedelta()
    return moment if utc else moment + _WEST
