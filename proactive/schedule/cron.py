"""The runs of a cron expression in a time zone of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from croniter import croniter


def next_run(cron: str, zone: ZoneInfo, after: dt.datetime) -> dt.datetime:
    """The first instant after the aware `after` at which `cron` is due by the clocks of `zone`, in UTC.

    Once a local day, DST or not: a time that the clocks skip is due when they have jumped over it, a time
    that they show twice is due the first time.
    """
    local = after.astimezone(zone).replace(tzinfo=None)
    schedule = croniter(cron, local)
    while True:
        local = schedule.get_next(dt.datetime)
        # fold=0: the first of two equal local times; for a skipped one, the offset before the jump
        due = local.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
        if due > after:
            return due


def runs_until(cron: str, zone: ZoneInfo, first: dt.datetime, until: dt.datetime) -> Iterator[dt.datetime]:
    """`first` and every later due instant up to and including `until` (all aware, in UTC)."""
    due = first
    while due <= until:
        yield due
        due = next_run(cron, zone, due)


def last_run_today(cron: str, zone: ZoneInfo, now: dt.datetime) -> dt.datetime | None:
    """The latest instant up to the aware `now`, on its local day in `zone`, at which `cron` was due; UTC."""
    midnight = dt.datetime.combine(now.astimezone(zone).date(), dt.time(), zone)
    first = next_run(cron, zone, midnight - dt.timedelta(seconds=1))
    return max(runs_until(cron, zone, first, now), default=None)
