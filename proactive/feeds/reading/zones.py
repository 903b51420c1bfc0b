"""Which zone a time of a file is in: IANA's, else Windows', else the file's own, else the organisation's."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from itertools import islice

from icalendar.prop import vUTCOffset
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from proactive.feeds.faults import SeriesRefused, Unreadable
from proactive.feeds.reading.content import RawComponent
from proactive.feeds.reading.event import WrittenTime, time_of
from proactive.feeds.reading.moving import expanded
from proactive.feeds.reading.rule import rule_of

#: Of one rule of a zone: a yearly one since 1601, as Outlook writes it, has some 430.
MOST_ONSETS = 2000
#: Names of IANA's that are no zone, but this machine's.
_NO_ZONES = frozenset({"localtime", "posixrules", "factory"})


class FileZone(dt.tzinfo):
    """A zone as a file's VTIMEZONE has it: onsets (of the wall clock before), offsets before and after."""

    def __init__(self, name: str, onsets: Iterable[tuple[dt.datetime, dt.timedelta, dt.timedelta]]) -> None:
        self._name, self._onsets = name, sorted(onsets, key=lambda onset: onset[0] - onset[1])
        self._walls = [wall for wall, _, _ in self._onsets]
        self._instants = [wall - before for wall, before, _ in self._onsets]

    def utcoffset(self, when: dt.datetime | None) -> dt.timedelta:
        """The offset at a time of this zone's wall clock: of one that comes twice, the first."""
        return self._offset(bisect_right(self._walls, when.replace(tzinfo=None)) if when else 0)

    def fromutc(self, when: dt.datetime) -> dt.datetime:
        """The time of this wall clock at an instant."""
        return when + self._offset(bisect_right(self._instants, when.replace(tzinfo=None)))

    def dst(self, when: dt.datetime | None) -> dt.timedelta:
        """Nothing: only offsets are known."""
        return dt.timedelta()

    def tzname(self, when: dt.datetime | None) -> str:
        """The TZID."""
        return self._name

    def _offset(self, passed: int) -> dt.timedelta:
        return self._onsets[passed - 1][2] if passed else self._onsets[0][1]


class Zones:
    """The zones of a file; `local` is the organisation's, and `last` until when they are used (naive)."""

    def __init__(self, local: dt.tzinfo, last: dt.datetime) -> None:
        self.local, self._last = local, last
        self._of_file: dict[str, dt.tzinfo] = {}

    def learn(self, raw: RawComponent) -> None:
        """Learn a VTIMEZONE of the file.

        Raises:
            SeriesRefused: one of its rules is refused: its name stays unknown.
            Unreadable: it is none.
        """
        names = raw.texts("TZID")
        parts = [part for part in raw.parts if part.kind in ("STANDARD", "DAYLIGHT")]
        onsets = [onset for part in parts for onset in self._onsets(part)]
        if raw.broken or len(names) != 1 or not onsets:
            raise Unreadable("a zone is none")
        self._of_file.setdefault(names[0].strip('"'), FileZone(names[0], onsets))

    def _onsets(self, part: RawComponent) -> list[tuple[dt.datetime, dt.timedelta, dt.timedelta]]:
        rules = [rule_of(text, exrule=bool(part.values("EXRULE"))) for text in part.values("RRULE")]
        starts = [time_of(text).wall for text in part.values("DTSTART")]
        before, after = _offset(part, "TZOFFSETFROM"), _offset(part, "TZOFFSETTO")
        if len(starts) != 1:
            raise Unreadable("a zone is none")
        walls = {starts[0]} | {time_of(one).wall for text in part.values("RDATE") for one in text.split(",")}
        for rule in rules:
            until = time_of(rule.until) if rule.until else None
            moments = expanded(starts[0], rule, _wall(until, before) if until else None)
            for steps, moment in enumerate(islice(moments, MOST_ONSETS + 1)):
                if steps == MOST_ONSETS:
                    raise SeriesRefused("too_many_steps")
                if moment > self._last:
                    break
                walls.add(moment)
        return [(wall, before, after) for wall in walls]

    def of(self, name: str | None) -> dt.tzinfo:
        """The zone of a TZID; the organisation's where it has none, or one that nobody knows."""
        if name is None:
            return self.local
        name = name.strip().strip('"')
        known = self._known(name)
        return zoneinfo.ZoneInfo(known) if known else self._of_file.get(name, self.local)

    def _known(self, name: str) -> str | None:
        parts = name.strip("/").lower().split("/")
        # an address before it, as some programs write: /freeassociation.sourceforge.net/America/Sao_Paulo
        for start in range(len(parts) if name.startswith("/") else 1):
            if found := _names().get("/".join(parts[start:])):
                return found
        return _windows_names().get(name.lower())


@cache
def _names() -> dict[str, str]:
    """IANA's names by their small letters."""
    return {name.lower(): name for name in zoneinfo.available_timezones() if name.lower() not in _NO_ZONES}


@cache
def _windows_names() -> dict[str, str]:
    return {windows.lower(): name for windows, name in WINDOWS_TO_OLSON.items()}


def _offset(part: RawComponent, name: str) -> dt.timedelta:
    values = part.values(name)
    if len(values) != 1:
        raise Unreadable("a zone is none")
    try:
        offset: dt.timedelta = vUTCOffset.from_ical(values[0])
    except ValueError:
        raise Unreadable("a zone is none") from None
    return offset


def _wall(until: WrittenTime, offset: dt.timedelta) -> dt.datetime:
    """Until when a rule of a zone lasts, by its wall clock before each onset."""
    if until.form == "date":
        return until.wall + dt.timedelta(days=1, seconds=-1)
    return until.wall + offset if until.form == "utc" else until.wall
