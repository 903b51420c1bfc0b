"""The messages that a worker has set aside, so that later ones of the same organisation do not go before them."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from uuid import UUID

#: What has not come back so long after its time went to another worker.
_GONE = 5.0


class SetAside:
    """Remembers the jobs that were set aside, in their order; threads may share it. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._due: dict[UUID, dict[str, float]] = {}
        self._lock = Lock()

    def is_next(self, organization: UUID, job_id: str) -> bool:
        """Whether none of the organisation's jobs that were set aside comes before this one."""
        with self._lock:
            return next(iter(self._waiting(organization)), job_id) == job_id

    def came(self, organization: UUID, job_id: str) -> None:
        """Forget a job that is taken up now."""
        with self._lock:
            self._waiting(organization).pop(job_id, None)

    def put(self, organization: UUID, job_id: str, seconds: float) -> float:
        """Set a job aside for so many seconds, in its old place or behind the others; in how many it comes back."""
        with self._lock:
            waiting, now = self._waiting(organization), self._clock()
            due = now + seconds if job_id in waiting else max(now + seconds, *waiting.values(), 0.0)
            self._due.setdefault(organization, waiting)[job_id] = due
            return due - now

    def goes_back(self, organization: UUID, job_id: str) -> None:
        """Note a job that was in hand and is the queue's next again: before all that was set aside behind it.

        Of several, the last one first.
        """
        with self._lock:
            waiting = self._waiting(organization)
            waiting.pop(job_id, None)
            self._due[organization] = {job_id: self._clock()} | waiting

    def _waiting(self, organization: UUID) -> dict[str, float]:
        waiting = self._due.pop(organization, {})
        kept = {job_id: due for job_id, due in waiting.items() if self._clock() < due + _GONE}
        if kept:
            self._due[organization] = kept
        return kept
