"""Keeps the holidays of the database whole: once a year, and wherever another version is deployed."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from proactive.calendar.holiday_store import HolidayState, HolidayStore
from proactive.errors import SupabaseError

logger = logging.getLogger(__name__)

#: This year and the next two are written.
YEARS = 3
#: How long writing them may take: a second or two as a rule.
_PATIENCE = 45.0
#: Between two looks at what is there, and between two tries to write it.
_EVERY = dt.timedelta(hours=1)
_ROOT = str(Path(__file__).parents[2])
#: The package takes 20 MB: it is loaded in a process of its own.
COMMAND = (sys.executable, "-m", "proactive", "holidays", "--json")


def years_from(today: dt.date) -> tuple[int, ...]:
    """The years whose holidays are to be known."""
    return tuple(range(today.year, today.year + YEARS))


def made_from() -> str:
    """What holidays are made from here: the version of the package, and a digest of our lines over it."""
    ours = b"".join(
        files("proactive.calendar").joinpath(f"{name}.csv").read_bytes() for name in ("corrections", "checks")
    )
    return f"holidays {version('holidays')}, ours {hashlib.sha256(ours).hexdigest()[:12]}"


class HolidayKeeper:
    """Has the holidays written where some are missing or were made from something else.

    `write` runs the command that writes them, and answers why it failed, or None.
    """

    def __init__(self, store: HolidayStore, write: Callable[[], str | None] | None = None) -> None:
        self._store, self._write = store, write or run_command
        self._looked: dt.datetime | None = None
        self._known: int | None = None

    def known_years(self, now: dt.datetime) -> int | None:
        """How many of the years that are to be known are, at `now` (aware); looks once an hour.

        None where that is not known: Supabase could not be read. A table made from something else, which could not be
        written anew, knows at most what is missing least: one year less.
        """
        if self._looked is None or now - self._looked >= _EVERY or self._known is None:
            self._looked = now
            self._known = self._look(now.date())
        return self._known

    def _look(self, today: dt.date) -> int | None:
        try:
            state = self._store.state(today)
            if not _whole(state, today):
                failure = self._write()
                if failure is not None:
                    extra = {"action": "holidays_unwritten", "reason": failure}
                    logger.error("The holidays could not be written, what was there stays", extra=extra)
                else:
                    extra = {"action": "holidays_written", "reason": made_from()}
                    logger.info("The holidays of this and the next two years were written", extra=extra)
                state = self._store.state(today)
        except SupabaseError as error:
            extra = {"action": "holidays_unread", "reason": str(error)}
            logger.warning("The holidays cannot be looked at", extra=extra)
            return None
        known = len(set(state.years) & set(years_from(today)))
        return known if _whole(state, today) else min(known, YEARS - 1)


def _whole(state: HolidayState, today: dt.date) -> bool:
    return state.made_from == made_from() and set(years_from(today)) <= set(state.years)


def run_command(command: Sequence[str] = COMMAND, patience: float = _PATIENCE) -> str | None:
    """Run the command that writes the holidays, for at most `patience` seconds; answers why it failed, or None."""
    # from wherever this process was started, it finds the modules that this one has
    path = os.pathsep.join(filter(None, [_ROOT, os.environ.get("PYTHONPATH")]))
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=patience,
            env=os.environ | {"PYTHONPATH": path},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"it took longer than {patience:g} seconds"
    except OSError as error:
        return f"it could not be started: {type(error).__name__}"
    if done.returncode == 0:
        return None
    said = done.stderr.strip().splitlines()
    return f"it ended with status {done.returncode}: {said[-1] if said else 'it said nothing'}"
