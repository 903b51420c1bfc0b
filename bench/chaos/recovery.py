"""How long the occurrence of a killed worker takes until it is settled by another."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Container, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import cast
from uuid import UUID

import psycopg
from redis import Redis, RedisError
from rq.utils import as_text

from proactive.storage.redis import lease_key

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LOOK = 0.5


@dataclass(frozen=True)
class Sample:
    """An occurrence whose worker died at `died` and that was settled at `settled` (seconds, monotonic)."""

    occurrence: str
    died: float
    settled: float

    @property
    def seconds(self) -> float:
        """How long that took."""
        return self.settled - self.died


class Recovery:
    """Told of every death; watches what the dead were doing until its record is settled."""

    def __init__(self, dsn: str, redis: Redis) -> None:
        self._dsn, self._redis = dsn, redis
        self._open: dict[str, float] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.samples: list[Sample] = []
        self.unknown = 0
        self.most_in_doubt = 0

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer."""
        self._over.set()
        self._thread.join(10)

    def wait_for(self, occurrences: Iterable[str], within: float) -> bool:
        """Wait until all of these are among the samples; whether they were `within` so many seconds."""
        deadline = time.monotonic() + within
        while not set(occurrences) <= {sample.occurrence for sample in self.samples}:
            if self._over.wait(_LOOK) or time.monotonic() > deadline:
                return False
        return True

    def longest_of(self, occurrences: Iterable[str]) -> float | None:
        """The longest recovery of these (seconds); None where one of them was not recovered, or there are none."""
        seconds = {sample.occurrence: sample.seconds for sample in self.samples}
        wanted = set(occurrences)
        return max(seconds[each] for each in wanted) if wanted and wanted <= seconds.keys() else None

    def died(self, pid: int) -> None:
        """A process is gone: note what it was doing, if Redis can say so now."""
        moment = time.monotonic()
        try:
            doing = self.at_work_on(pid)
            self.most_in_doubt = max(self.most_in_doubt, sum(map(self._has_begun, doing)))
        except RedisError:
            self.unknown += 1
            return
        with self._lock:
            self._open |= dict.fromkeys(doing, moment)

    def at_work_on(self, pid: int) -> list[str]:
        """The occurrences of the jobs that the worker of that process has begun and not ended.

        Raises:
            RedisError: Redis cannot say so now.
        """
        names = [as_text(name) for name in cast("set[bytes]", self._redis.smembers("rq:workers"))]
        mine = [name for name in names if self._redis.hget(name, "pid") == str(pid).encode()]
        found = []
        for member in cast("list[bytes]", self._redis.zrange("rq:wip:aurora-proactive", 0, -1)):
            job_id = as_text(member).rpartition(":")[0]
            by = self._redis.hget(f"rq:job:{job_id}", "worker_name") or b""
            if f"rq:worker:{as_text(cast(bytes, by))}" in mine and (occurrence := _UUID.search(job_id)):
                found.append(occurrence[0])
        return found

    def _has_begun(self, occurrence: str) -> bool:
        """Whether delivering has begun under its lease, and nobody has said how it ended."""
        state, looks = self._redis.hmget(lease_key(UUID(occurrence)), "state", "looks")
        return state == b"claimed" and looks in (None, b"0")

    def _watch(self) -> None:
        while not self._over.wait(_LOOK):
            with suppress(psycopg.Error):
                self._look()

    def _look(self) -> None:
        with self._lock:
            waiting = list(self._open)
        if not waiting:
            return
        query = "select id::text from aurora_proactive_messages where id::text = any(%s) and status <> 'pending'"
        with psycopg.connect(self._dsn, connect_timeout=2) as connection:
            settled = [row[0] for row in connection.execute(query, [waiting])]
        now = time.monotonic()
        with self._lock:
            for occurrence in settled:
                self.samples.append(Sample(occurrence, self._open.pop(occurrence), now))


def longest(
    samples: list[Sample], disturbed: Callable[[float, float], bool], backlogged: Container[str]
) -> tuple[float | None, float, str]:
    """The longest recovery while everything else was up (None: there was none), of all, and whose that was.

    What is `backlogged` (occurrences by their ids) has to wait for the limit's next minute, whoever dies: that is no
    recovery.
    """
    calm = [
        sample.seconds
        for sample in samples
        if sample.occurrence not in backlogged and not disturbed(sample.died, sample.settled)
    ]
    worst = max(samples, key=lambda sample: sample.seconds, default=Sample("nobody's", 0.0, 0.0))
    return max(calm, default=None), worst.seconds, worst.occurrence
