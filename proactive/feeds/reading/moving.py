"""Series that began long ago: their start is moved up, so that what is long over is not expanded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, takewhile

from dateutil.rrule import rrulestr

from proactive.feeds.faults import SeriesRefused, Unreadable
from proactive.feeds.reading.rule import Rule

#: Events of a counted series that are computed from its start, at most.
MOST_STEPS = 60_000
#: How long before what is read a start is moved to, at the latest: every rule that matters repeats within it.
_BEFORE = dt.timedelta(days=2 * 366)


def moved_up(
    start: dt.datetime, rule: Rule, until: dt.datetime | None, first: dt.datetime, last: dt.datetime
) -> tuple[dt.datetime, Rule | None]:
    """A start, and its rule, moved up by whole intervals of the rule: the phase and the day stay what they are.

    What happens from `first` to `last` (like `start` and `until` naive, of the series' wall clock) stays the same. No
    rule where its events are all over.

    Raises:
        SeriesRefused: it is counted, and too many events would have to be computed.
        Unreadable: the rule is none.
    """
    target = first - _BEFORE
    if start >= target:
        return start, rule
    counted = rule.count is not None
    if counted and not (rule.plain and (rule.frequency in ("DAILY", "WEEKLY") or start.day <= 28)):
        _check_steps(start, rule, until, last)
        return start, rule
    intervals = _intervals(start, rule, target)
    moved = _at(start, rule, intervals)
    if moved is None:
        return start, rule
    if rule.count is None:
        return moved, rule
    left = rule.count - intervals
    return (moved, replace(rule, count=left)) if left > 0 else (start, None)


def _intervals(start: dt.datetime, rule: Rule, target: dt.datetime) -> int:
    """The most intervals that lead to a day that is there, and not behind the target."""
    if rule.frequency == "DAILY":
        return (target - start).days // rule.interval
    if rule.frequency == "WEEKLY":
        return (target - start).days // (7 * rule.interval)
    months = 12 * (target.year - start.year) + target.month - start.month
    number = months // (rule.interval * (12 if rule.frequency == "YEARLY" else 1))
    while number > 0 and not ((moved := _at(start, rule, number)) and moved <= target):
        number -= 1
    return number


def _at(start: dt.datetime, rule: Rule, intervals: int) -> dt.datetime | None:
    """The start so many intervals later; None where there is no such day."""
    if rule.frequency in ("DAILY", "WEEKLY"):
        return start + dt.timedelta(days=intervals * rule.interval * (7 if rule.frequency == "WEEKLY" else 1))
    months = start.month - 1 + intervals * rule.interval * (12 if rule.frequency == "YEARLY" else 1)
    try:
        return start.replace(year=start.year + months // 12, month=months % 12 + 1)
    except ValueError:
        return None


def _check_steps(start: dt.datetime, rule: Rule, until: dt.datetime | None, last: dt.datetime) -> None:
    """Refuse what has too many events up to `last`; none is computed where there cannot be so many."""
    times = 1
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        times *= rule.lists.get(name, "").count(",") + 1
    if (last - start).days * times <= MOST_STEPS:
        return
    before = takewhile(lambda moment: moment <= last, expanded(start, rule, until))
    if sum(1 for _ in islice(before, MOST_STEPS + 1)) > MOST_STEPS:
        raise SeriesRefused("too_many_steps")


def expanded(start: dt.datetime, rule: Rule, until: dt.datetime | None) -> Iterator[dt.datetime]:
    """The moments of a rule, as they come, of the wall clock of `start` and `until`.

    Raises:
        Unreadable: the rule is none.
    """
    try:
        return iter(rrulestr(rule.written(until), dtstart=start))
    except (ValueError, KeyError, IndexError, TypeError):
        raise Unreadable("a rule is none") from None
