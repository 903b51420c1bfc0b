"""Clocks against this machine's: by the moment that an answer tells, between asking and having it."""

from __future__ import annotations

import datetime as dt
import email.utils

from proactive.doctor.finding import Finding, finding

#: Seconds that two clocks may differ before anybody is told: a message is looked up by its time with more room.
_TOLERATED = 5.0


def clock_finding(check: str, theirs: float, asked: float, answered: float) -> Finding:
    """The finding of a check (`redis_clock`) about a clock that read `theirs`, asked for between two moments of ours.

    All are seconds since 1970.
    """
    off = max(theirs - answered, asked - theirs, 0.0)
    ahead = theirs - (asked + answered) / 2
    return finding(f"{check}.{'off' if off > _TOLERATED else 'ok'}", seconds=f"{ahead:+.0f}")


def clock_of_answer(check: str, date: str | None, asked: float, answered: float) -> list[Finding]:
    """The same by an HTTP answer's `Date`, which has whole seconds; nothing where the answer has none."""
    try:
        told = email.utils.parsedate_to_datetime(date or "")
    except ValueError:
        return []
    moment = told if told.tzinfo else told.replace(tzinfo=dt.UTC)
    return [clock_finding(check, moment.timestamp(), asked - 1, answered)]
