"""Series: which components of a file are one, and when each of its events is, within some days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import icalendar
import recurring_ical_events

from proactive.feeds.reading.event import FeedEvent, Stretch, WrittenTime, time_of
from proactive.feeds.reading.moving import moved_up
from proactive.feeds.reading.placed import PlacedEvent, day_of, own_zone, placed, wall_in
from proactive.feeds.reading.rule import Rule
from proactive.feeds.reading.zones import Zones

#: Which of the placed events an occurrence is of.
_NUMBER = "X-AURORA-NUMBER"
#: The longest that the library is told of an event: it reads back so far.
_LONGEST = dt.timedelta(days=36_500)
_END_OF_DAY = dt.timedelta(hours=23, minutes=59, seconds=59)


class FeedInstance(NamedTuple):
    """An event that takes place: when it starts by the wall clock of `placed`, and how long, where that differs."""

    placed: PlacedEvent
    start: dt.datetime
    length: dt.timedelta | None = None


class Span(NamedTuple):
    """What is read, from and until when (naive): wide enough for every zone."""

    first: dt.datetime
    last: dt.datetime


def instances(events: Sequence[FeedEvent], zones: Zones, span: Span) -> Iterator[FeedInstance]:
    """When the events of one UID take place; more than what is in the span may come.

    Of events with the same UID and RECURRENCE-ID those of the highest SEQUENCE count.

    Raises:
        SeriesRefused: a rule would need too many steps.
        Unreadable, ValueError, OverflowError and others: something of it is none.
    """
    masters = _newest([event for event in events if event.replaces is None])
    changed = [event for event in events if event.replaces is not None]
    if not masters:
        yield from (
            FeedInstance(one, one.start) for one in (placed(event, zones) for event in _distinct(changed, zones))
        )
        return
    told = set[int]()
    for master in masters:
        if not changed and not master.repeats:
            one = placed(master, zones)
            yield FeedInstance(one, one.start)
        else:
            yield from _Series(master, changed, zones, span).instances(told)


def _newest(events: Sequence[FeedEvent]) -> list[FeedEvent]:
    newest = max((event.sequence for event in events), default=0)
    return [event for event in events if event.sequence == newest]


def _distinct(changed: Sequence[FeedEvent], zones: Zones) -> list[FeedEvent]:
    """Of changes to the same event, of a series that is not in the file, the newest."""
    by_time: dict[tuple[object, ...], list[FeedEvent]] = {}
    for event in changed:
        assert event.replaces is not None  # noqa: S101  the caller chose them by it
        zone = own_zone(event.replaces, zones)
        key = (event.replaces.form == "date", wall_in(event.replaces, zone, zones).replace(tzinfo=zone))
        by_time.setdefault(key, []).append(event)
    return [event for same in by_time.values() for event in _newest(same)]


class _Series:
    """A master with what was changed of it, as recurring_ical_events is told of them: on one clock, without zones."""

    def __init__(self, master: FeedEvent, changed: Sequence[FeedEvent], zones: Zones, span: Span) -> None:
        self._zones, self._span, self._master = zones, span, placed(master, zones)
        by_time: dict[dt.datetime, list[FeedEvent]] = {}
        for event in changed:
            by_time.setdefault(self._when(event.replaces), []).append(event)
        self._changed = {when: _newest(same) for when, same in by_time.items()}
        self._lengths: dict[dt.datetime, dt.timedelta] = {}

    def instances(self, told: set[int]) -> Iterator[FeedInstance]:
        """When it takes place. `told` are changed events (by id) that another master has told of, and then these."""
        known = [self._master]
        calendar = icalendar.Calendar()
        calendar.add_component(self._written_master())
        for when, (first, *others) in self._changed.items():
            known.append(placed(first, self._zones, self._master.zone))
            calendar.add_component(self._written_change(known[-1], when, len(known) - 1))
            for one in (placed(other, self._zones, self._master.zone) for other in others if id(other) not in told):
                yield FeedInstance(one, one.start)  # the library knows one change of an event
        for occurrence in recurring_ical_events.of(calendar).between(self._span.first, self._span.last):
            one = known[int(occurrence[_NUMBER])]
            if id(one.event) not in told:
                start = _datetime(occurrence["DTSTART"].dt)
                yield FeedInstance(one, start, self._lengths.get(start) if one is self._master else None)
        told |= {id(event) for same in self._changed.values() for event in same}

    def _written_master(self) -> icalendar.Event:
        master, event = self._master, self._master.event
        start, rules = master.start, [(rule, self._until(rule)) for rule in event.rules]
        if len(rules) == 1:  # two rules have one start
            first = self._span.first - min(max(master.length, dt.timedelta()), _LONGEST)
            ((rule, until),) = rules
            start, left = moved_up(start, rule, until, first, self._span.last)
            rules = [(left, until)] if left else []
        written = self._written(start, master, 0)
        for rule, until in rules:
            written.add("RRULE", icalendar.vRecur.from_ical(rule.written(until)))
        if dates := [self._date(stretch) for stretch in event.dates]:
            written.add("RDATE", dates)
        if without := [self._without(time) for time in event.without]:
            written.add("EXDATE", without)
        return written

    def _written_change(self, one: PlacedEvent, when: dt.datetime, number: int) -> icalendar.Event:
        written = self._written(one.start, one, number)
        written.add("RECURRENCE-ID", self._told(when))
        if one.event.and_future:
            written["RECURRENCE-ID"].params["RANGE"] = "THISANDFUTURE"
        return written

    def _written(self, start: dt.datetime, one: PlacedEvent, number: int) -> icalendar.Event:
        written = icalendar.Event()
        written.add("UID", "series")
        written.add(_NUMBER, str(number))
        length = min(max(one.length, dt.timedelta()), _LONGEST)
        for name, time in (("DTSTART", start), ("DTEND", start + length)):
            written.add(name, time.date() if one.all_day else time)
        return written

    def _told(self, time: dt.datetime) -> dt.date:
        return time.date() if self._master.all_day else time

    def _when(self, time: WrittenTime | None) -> dt.datetime:
        """The time of the series that a RECURRENCE-ID or an RDATE names."""
        assert time is not None  # noqa: S101  only changed events are asked for it
        if self._master.all_day:
            return day_of(time, self._zones)
        if time.form == "date":
            return dt.datetime.combine(time.wall, self._master.start.time())
        return wall_in(time, self._master.zone, self._zones)

    def _until(self, rule: Rule) -> dt.datetime | None:
        if rule.until is None:
            return None
        time = time_of(rule.until)
        if self._master.all_day:
            return day_of(time, self._zones)
        if time.form == "date":
            return time.wall + _END_OF_DAY
        try:
            return wall_in(time, self._master.zone, self._zones)
        except OverflowError:
            return time.wall  # the last day that there is

    def _date(self, stretch: Stretch) -> dt.date | tuple[dt.date, dt.timedelta]:
        when = self._when(stretch.start)
        if stretch.end is None or self._master.all_day:
            return self._told(when)
        if isinstance(stretch.end, dt.timedelta):
            self._lengths[when] = stretch.end
        else:
            self._lengths[when] = wall_in(stretch.end, self._master.zone, self._zones) - when
        return (when, max(self._lengths[when], dt.timedelta()))

    def _without(self, time: WrittenTime) -> dt.date:
        if time.form == "date" or self._master.all_day:
            return (day_of(time, self._zones)).date()
        return wall_in(time, self._master.zone, self._zones)


def _datetime(time: dt.date) -> dt.datetime:
    return time if isinstance(time, dt.datetime) else dt.datetime.combine(time, dt.time())
