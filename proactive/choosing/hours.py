"""The time that an owner means by an hour, given when a message may come. Pure."""

from __future__ import annotations

import datetime as dt

from proactive.replies.choices import SaidHour
from proactive.send_times.overview import TypeTime


def usable_time(time: TypeTime, hour: SaidHour | None) -> dt.time | None:
    """The one reading of an hour at which a type can come; None where there are none or two."""
    if hour is None or time.window is None or time.window.first == time.window.last:
        return None
    found = [at for at in hour.times if time.window.contains(at)]
    return found[0] if len(found) == 1 else None


def said_time(written: str) -> SaidHour:
    """The hour that a question of ours named: `10:00`."""
    return SaidHour((dt.time.fromisoformat(written),))
