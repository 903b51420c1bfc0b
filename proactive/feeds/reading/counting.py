"""What counts of a feed: its events from yesterday to 60 days ahead, each as the database keeps it."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from proactive.feeds.faults import FeedFault
from proactive.feeds.reading.placed import PlacedEvent, instant
from proactive.feeds.reading.series import FeedInstance, Span

MOST_INSTANCES = 2000
#: The longest event that takes slots.
LONGEST_BUSY = dt.timedelta(days=60)
_BEFORE, _AHEAD = dt.timedelta(days=1), dt.timedelta(days=60)
#: What two zones may be apart.
_APART = dt.timedelta(days=2)


class FeedWindow(NamedTuple):
    """The local days that are read, both included, and their instants."""

    first: dt.date
    last: dt.date
    begins: dt.datetime
    ends: dt.datetime

    @property
    def span(self) -> Span:
        """These days and what is around them, on anybody's wall clock."""
        first = dt.datetime.combine(self.first, dt.time())
        return Span(first - _APART, dt.datetime.combine(self.last, dt.time()) + 2 * _APART)


def window(now: dt.datetime, zone: dt.tzinfo) -> FeedWindow:
    """The window at `now` (aware) in an organisation's zone."""
    today = now.astimezone(zone).date()
    first, last = today - _BEFORE, today + _AHEAD
    begins, ends = (instant(dt.datetime.combine(day, dt.time()), zone) for day in (first, last + dt.timedelta(days=1)))
    return FeedWindow(first, last, begins, ends)


def takes(one: PlacedEvent, purpose: str) -> bool:
    """Whether an event of a feed of that purpose takes anything at all."""
    if one.event.cancelled:
        return False
    return one.all_day if purpose == "closures" else not one.event.transparent


def is_too_long(instance: FeedInstance, purpose: str) -> bool:
    """Whether an event is left out for its length."""
    length = instance.placed.length if instance.length is None else instance.length
    return purpose == "busy" and length > LONGEST_BUSY


class Count:
    """Counts the events of a feed that are in its window."""

    def __init__(self, days: FeedWindow) -> None:
        self._days = days
        self._events: list[dict[str, Any]] = []

    def is_near(self, instance: FeedInstance) -> bool:
        """Whether an event may be in the window, in whichever zone it is."""
        span, start = self._days.span, instance.start
        length = instance.placed.length if instance.length is None else instance.length
        return start < span.last and span.first - start < length

    def add(self, instance: FeedInstance) -> None:
        """Count an event that is near. Raises FeedFault where there are too many."""
        event = self._whole_days(instance) if instance.placed.all_day else self._timed(instance)
        if event is None:
            return
        if len(self._events) == MOST_INSTANCES:
            raise FeedFault("too_many_instances")
        self._events.append(event | {"title": instance.placed.event.title})

    def events(self) -> list[dict[str, Any]]:
        """The events, earliest first, as `aurora_proactive_keep_feed` takes them."""
        return sorted(self._events, key=lambda event: (str(list(event.values())), str(event)))

    def _whole_days(self, instance: FeedInstance) -> dict[str, Any] | None:
        one, first = instance.placed, instance.start.date()
        days = one.length.days
        if days < 1 or first > self._days.last:
            return None
        last = min(self._days.last, first + dt.timedelta(days=min(days, (self._days.last - first).days + 1) - 1))
        first = max(first, self._days.first)
        return {"first_day": first.isoformat(), "last_day": last.isoformat()} if first <= last else None

    def _timed(self, instance: FeedInstance) -> dict[str, Any] | None:
        one = instance.placed
        begins, ends = instant(instance.start, one.zone), one.ends(instance.start, instance.length)
        if ends <= begins or ends <= self._days.begins or begins >= self._days.ends:
            return None
        return {"starts_at": begins.isoformat(), "ends_at": ends.isoformat()}
