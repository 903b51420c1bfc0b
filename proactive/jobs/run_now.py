"""Runs an entry of the schedule at once, because somebody decided so."""

from __future__ import annotations

import datetime as dt

from proactive.app import Application
from proactive.errors import InvalidInput
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.author import Author
from proactive.records.changes import Change
from proactive.schedule.entries import CronEntry


class QuietNow(InvalidInput):
    """It is quiet hours in the entry's zone: its messages would be too late for good, and the day's own as well."""


def run_now(app: Application, entry_id: str, now: dt.datetime, author: Author) -> CronEntry:
    """Put the tick of an entry on the queue as of `now` (aware), as `author` asked; its next run stays.

    Who has the day's message already gets none, so that the next run of this day finds everybody served.

    Raises:
        InvalidInput: there is no such entry, or it is quiet hours there (`QuietNow`).
        redis.RedisError: Redis is away.
    """
    entry = next((planned.entry for planned in app.schedule.planned() if planned.entry.id == entry_id), None)
    if entry is None:
        raise InvalidInput("there is no such entry in the schedule")
    if not MESSAGE_TYPES[entry.type].at_any_hour and app.pipeline.quiet.contains(now.astimezone(entry.zone).time()):
        raise QuietNow(f"it is quiet hours in {entry.timezone}")
    tick = app.schedule.fire_now(entry, now)
    about = {"type": entry.type, "timezone": entry.timezone, "job": tick}
    app.changes.record(Change(author, "schedule_run", entry.id, after=about))
    return entry
