"""Events placed on a wall clock: that of their own zone, so that a series is expanded as its business sees it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from proactive.feeds.reading.event import FeedEvent, WrittenTime
from proactive.feeds.reading.zones import Zones

_DAY = dt.timedelta(days=1)
_MIDNIGHT = dt.time()


@dataclass(frozen=True, slots=True)
class PlacedEvent:
    """An event on the wall clock of `zone`. Of whole days `start` is a midnight and `length` a number of days.

    `lasts`: it was written as a duration, whose hours are of instants; else it ends by the wall clock as it began. A
    length that is not positive takes nothing.
    """

    event: FeedEvent
    zone: dt.tzinfo
    all_day: bool
    start: dt.datetime
    length: dt.timedelta
    lasts: bool

    def ends(self, start: dt.datetime, length: dt.timedelta | None = None) -> dt.datetime:
        """The instant at which it ends if it begins at a time of the wall clock; `length` replaces its own."""
        length = self.length if length is None else length
        if not self.lasts:
            return instant(start + length, self.zone)
        return instant(start + dt.timedelta(days=length.days), self.zone) + dt.timedelta(seconds=length.seconds)


def instant(wall: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """The instant (UTC) of a time of a zone's wall clock: of one that comes twice the first, of one that never comes
    as if the clock had not been changed."""
    return wall.replace(tzinfo=zone).astimezone(dt.UTC)


def placed(event: FeedEvent, zones: Zones, series: dt.tzinfo | None = None) -> PlacedEvent:
    """Place an event; `series` is the zone of the series that it belongs to, its own where that is None.

    Raises:
        OverflowError: it is outside of what a calendar has.
    """
    own = own_zone(event.start, zones)
    if event.start.form == "date":
        return PlacedEvent(event, zones.local, True, event.start.wall, _days(event, event.start.wall), False)
    if event.marked_all_day and (days := _marked_days(event, zones, own)):
        return PlacedEvent(event, zones.local, True, days[0], days[1], False)
    zone = series or own
    start, length = _converted(event.start.wall, own, zone), dt.timedelta()
    if isinstance(event.end, dt.timedelta):
        length = event.end
    elif event.end is not None:
        # an end without a zone is of its start's
        length = _converted(wall_in(event.end, own, zones), own, zone) - start
    return PlacedEvent(event, zone, False, start, length, isinstance(event.end, dt.timedelta))


def own_zone(time: WrittenTime, zones: Zones) -> dt.tzinfo:
    """The zone that a time is written in."""
    return dt.UTC if time.form == "utc" else zones.of(time.zone)


def wall_in(time: WrittenTime, zone: dt.tzinfo, zones: Zones) -> dt.datetime:
    """A time by the wall clock of a zone. One without a zone of its own, or a date, is of this clock already."""
    if time.form == "date" or (time.form == "local" and time.zone is None):
        return time.wall
    return _converted(time.wall, own_zone(time, zones), zone)


def _converted(wall: dt.datetime, own: dt.tzinfo, zone: dt.tzinfo) -> dt.datetime:
    """A time of one wall clock by another."""
    return wall if own is zone else wall.replace(tzinfo=own).astimezone(zone).replace(tzinfo=None)


def day_of(time: WrittenTime, zones: Zones) -> dt.datetime:
    """The day (its midnight) that a time names in a series of whole days.

    Midnight of UTC is how some programs write a day; another instant is the day that it falls on for the organisation.
    """
    if time.form != "utc" or time.wall.time() == _MIDNIGHT:
        return _midnight(time.wall)
    return _midnight(wall_in(time, zones.local, zones))


def _midnight(wall: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(wall, _MIDNIGHT)


def _days(event: FeedEvent, start: dt.datetime) -> dt.timedelta:
    """How many days an event of whole days lasts; what begins and ends with the same day is that day."""
    if event.end is None:
        return _DAY
    if isinstance(event.end, dt.timedelta):
        return -(-event.end // _DAY) * _DAY if event.end else _DAY
    length = event.end.wall - start
    return -(-length // _DAY) * _DAY if length else _DAY


def _marked_days(event: FeedEvent, zones: Zones, own: dt.tzinfo) -> tuple[dt.datetime, dt.timedelta] | None:
    """The first day and the length of what is marked as of whole days; None where it is not from midnight to midnight,
    neither in its own zone nor in the organisation's."""
    for zone in (own, zones.local):
        start = wall_in(event.start, zone, zones)
        if isinstance(event.end, WrittenTime):
            end = wall_in(event.end, zone, zones)
        else:
            end = start + (event.end or dt.timedelta())
        if start.time() == end.time() == _MIDNIGHT and end > start:
            return start, end - start
    return None
