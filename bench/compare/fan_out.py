"""The start: what puts a job an owner on the queue, held back until everything else is ready."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

from redis import Redis

from proactive.schedule.entries import CronEntry
from proactive.schedule.scheduler import CronSchedule
from sandbox.errors import LocalStackError


class FanOut(Protocol):
    """Ready to begin; a context manager."""

    @property
    def pid(self) -> int | None:
        """Its process, None where the workers do it themselves."""

    def go(self) -> float:
        """Begin; answer when that was (Unix seconds)."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class TickFanOut:
    """Ours: the scheduler's own way to put the ticks on the queue, one a time zone; a worker does the rest."""

    pid = None

    def __init__(self, redis: Redis, zones: list[str]) -> None:
        self._redis, self._zones = redis, zones

    def go(self) -> float:
        """Make the daily summary's entries due and fire them."""
        schedule, now = CronSchedule(self._redis), dt.datetime.now(dt.UTC)
        schedule.register(self._zones, now)
        due = {entry.entry.id: now.timestamp() for entry in schedule.planned() if _is_summary(entry.entry)}
        self._redis.zadd(schedule.scheduled_jobs_key, due, xx=True)
        began = time.time()
        fired = schedule.fire_due(now)
        if fired != len(self._zones):
            raise LocalStackError(f"{fired} ticks were fired, not {len(self._zones)}.")
        return began

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


class ProgramFanOut:
    """The others': a program that says "ready", begins at a line of its input, and ends when that is closed."""

    def __init__(self, argv: list[str], environment: Mapping[str, str], log: Path) -> None:
        self._argv, self._environment, self._log = argv, {**os.environ, **environment}, log

    @property
    def pid(self) -> int | None:
        """The program's process."""
        return self._process.pid

    def go(self) -> float:
        """Write the line."""
        began = time.time()
        _pipe(self._process.stdin).write(b"go\n")
        _pipe(self._process.stdin).flush()
        return began

    def __enter__(self) -> Self:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=self._environment,
                start_new_session=True,
            )  # fmt: skip
        if _pipe(self._process.stdout).readline() != b"ready\n":
            self.__exit__(None, None, None)
            raise LocalStackError(f"The fan-out did not become ready.\n{self._log.read_text(errors='replace')}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _pipe(self._process.stdin).close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        _pipe(self._process.stdout).close()


def _is_summary(entry: CronEntry) -> bool:
    return entry.type == "daily_summary"


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe
    return pipe
