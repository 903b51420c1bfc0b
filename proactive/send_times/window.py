"""The times of a day that can be chosen for a message type. Pure: everything is local time, by the minute."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from proactive.message_types.base import MessageType
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.quiet_hours import QuietHours

#: Nothing can be chosen so many minutes before quiet hours: what waits for its turn would come too late.
_BEFORE_QUIET = 30
_DAY = 24 * 60

#: The types that an owner can switch on and off, by the time at which they usually go out.
CHOOSABLE: tuple[MessageType, ...] = tuple(
    sorted(
        (type_ for type_ in MESSAGE_TYPES.values() if type_.usual_time is not None),
        key=lambda type_: (type_.usual_time or dt.time(), type_.name),
    )
)


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """The local times that can be chosen, from `first` to `last`, both included."""

    first: dt.time
    last: dt.time

    def contains(self, at: dt.time) -> bool:
        """Whether a time can be chosen."""
        return self.first <= at <= self.last

    def nearest(self, at: dt.time) -> dt.time:
        """The time that can be chosen and is nearest to `at`."""
        return min(max(at, self.first), self.last)


def window_of(type_: MessageType, quiet: QuietHours) -> TimeWindow | None:
    """The times that can be chosen for a type; None where it goes out at its usual time only.

    They begin at the usual time, since earlier would leave out what the facts count, and end half an hour before quiet
    hours at the latest. Where the usual time lies in quiet hours they begin at the end of these.
    """
    usual, latest = type_.usual_time, type_.latest
    if usual is None or latest is None:
        return None
    first = quiet.end if quiet.contains(usual) else usual
    until_quiet = (_minutes(quiet.start) - _minutes(first)) % _DAY
    last = _minutes(latest)
    if quiet.start != quiet.end:
        last = min(last, _minutes(first) + until_quiet - _BEFORE_QUIET)
    if not usual <= first or last < _minutes(first):
        return None
    return TimeWindow(first.replace(fold=0), _time(last))


def sending_time(type_: MessageType, chosen: dt.time | None, quiet: QuietHours) -> dt.time | None:
    """The local time at which a type goes out where `chosen` was chosen (None: nothing): it, or the nearest possible.

    None of a type that only people ask for.
    """
    window = window_of(type_, quiet) if chosen is not None else None
    if chosen is None or window is None:
        return type_.usual_time
    return window.nearest(chosen)


def _minutes(at: dt.time) -> int:
    return 60 * at.hour + at.minute


def _time(minutes: int) -> dt.time:
    return dt.time(minutes // 60, minutes % 60)
