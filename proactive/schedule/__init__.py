"""When, and for whom: cron in each organisation's zone, on top of rq-scheduler."""

from proactive.schedule.cron import next_run, runs_until
from proactive.schedule.entries import Entry, entries_for
from proactive.schedule.scheduler import Planned, Schedule

__all__ = ["Entry", "Planned", "Schedule", "entries_for", "next_run", "runs_until"]
