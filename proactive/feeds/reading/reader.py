"""Reading a file: from bytes to what its feed says of the days around now."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from proactive.feeds.faults import FeedFault, SeriesRefused, Unreadable
from proactive.feeds.reading.content import RawComponent, components
from proactive.feeds.reading.counting import Count, FeedWindow, is_too_long, takes, window
from proactive.feeds.reading.event import FeedEvent, event_of, identity_of, title_of
from proactive.feeds.reading.series import FeedInstance, instances
from proactive.feeds.reading.zones import Zones

#: Of refused series, and of what was left out, so many are named; the others are counted.
MOST_NAMED = 30
Guard = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class FeedReading:
    """What a file says: events as the database keeps them, series that were refused, and what else was left out."""

    events: list[dict[str, Any]]
    refused: list[dict[str, Any]]
    ignored: list[dict[str, Any]]


def read_calendar(body: bytes, purpose: str, zone: str, now: dt.datetime, guard: Guard = nullcontext) -> FeedReading:
    """Read a file for a feed of a purpose, of an organisation in a zone (IANA's name), at `now` (aware).

    `guard` is entered around each series: it may end with SeriesRefused what takes too long.

    Raises:
        FeedFault: it cannot be read as a whole, or has too much; then it says nothing.
    """
    local = zoneinfo.ZoneInfo(zone)
    days = window(now, local)
    reader = _Reader(purpose, days, Zones(local, days.span.last), guard)
    found = components(body, now)
    for raw in found:
        if raw.kind == "VTIMEZONE":
            reader.learn(raw)
    return reader.read([raw for raw in found if raw.kind == "VEVENT"])


class _Reader:
    def __init__(self, purpose: str, days: FeedWindow, zones: Zones, guard: Guard) -> None:
        self._purpose, self._zones, self._guard = purpose, zones, guard
        self._days, self._count = days, Count(days)
        self._refused: list[tuple[str | None, str]] = []
        self._ignored: list[tuple[str | None, str]] = []

    def learn(self, raw: RawComponent) -> None:
        name = (raw.texts("TZID") or [""])[0][:60] or None
        try:
            with self._guard():
                self._zones.learn(raw)
        except SeriesRefused:
            self._refused.append((name, "zone"))
        except (Unreadable, ValueError, OverflowError):
            self._ignored.append((name, "zone"))

    def read(self, found: list[RawComponent]) -> FeedReading:
        by_uid: dict[str, list[FeedEvent]] = {}
        lost: dict[str, int] = {}
        for number, raw in enumerate(found):
            try:
                event = event_of(raw, number)
            except (SeriesRefused, Unreadable, ValueError, OverflowError) as error:
                self._lose(title_of(raw), error)
                uid, sequence = identity_of(raw)
                lost[uid] = max(sequence, lost.get(uid, 0))
            else:
                by_uid.setdefault(event.uid, []).append(event)
        for uid, events in by_uid.items():
            # what came before one that does not count is not what its business says any more
            self._read_series([each for each in events if each.replaces or each.sequence >= lost.get(uid, 0)])
        return FeedReading(self._count.events(), _named(self._refused), _named(self._ignored))

    def _lose(self, title: str | None, error: Exception) -> None:
        if isinstance(error, SeriesRefused):
            self._refused.append((title, error.code))
        else:
            self._ignored.append((title, "unreadable"))

    def _read_series(self, events: list[FeedEvent]) -> None:
        if not events:
            return
        title, too_long = events[0].title, set[int]()
        try:
            with self._guard():
                found = [one for one in instances(events, self._zones, self._days.span) if self._takes(one)]
            for instance in found:
                if is_too_long(instance, self._purpose):
                    too_long.add(id(instance.placed.event))
                else:
                    self._count.add(instance)
        except (FeedFault, MemoryError):
            raise
        except Exception as error:  # whatever a library makes of a strange series: it costs itself
            self._lose(title, error)
        self._ignored += [(event.title, "too_long") for event in events if id(event) in too_long]

    def _takes(self, instance: FeedInstance) -> bool:
        return takes(instance.placed, self._purpose) and self._count.is_near(instance)


def _named(found: list[tuple[str | None, str]]) -> list[dict[str, Any]]:
    """What is told of what does not count: the first ones by their titles, the others by reason and number."""
    named: list[dict[str, Any]] = [{"title": title, "reason": reason} for title, reason in found[:MOST_NAMED]]
    others = Counter(reason for _, reason in found[MOST_NAMED:])
    return named + [{"title": None, "reason": reason, "number": number} for reason, number in others.items()]
