"""Maintenance that any process of ours does for all of them: of the queue, the outbox and the rate limiter."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from redis import RedisError

from proactive.app import Application
from proactive.errors import ProactiveError
from proactive.model.durations import UNSETTLED_AFTER
from proactive.queue.enqueue import enqueue, job_id

logger = logging.getLogger(__name__)


@dataclass
class Maintenance:
    """Runs each chore when its interval has passed; one that fails is logged and tried again after the next."""

    app: Application
    _due: dict[str, float] = field(default_factory=dict)

    def run_due(self) -> None:
        """Run every chore that is due now."""
        queue, app = self.app.queue_maintenance, self.app
        self._chore("move due jobs", 1.0, queue.move_due)
        self._chore("recover lost jobs", 2.0, queue.recover)
        self._chore("flush the outbox", 2.0, lambda: app.records.flush(patient=True))
        self._chore("mark the limiter quiet", 1.0, app.mark_quiet_limiter)
        self._chore("resume unsettled messages", 20.0, self.resume_unsettled)
        self._chore("trim finished jobs", 10.0, queue.trim)

    def resume_unsettled(self) -> int:
        """Give every record that is pending without a job a new one; answer how many.

        Raises:
            SupabaseError: the records cannot be read.
        """
        unsettled = [(task, last or job_id(task)) for task, last in self.app.records.unsettled(UNSETTLED_AFTER)]
        lost = self.app.queue_maintenance.lost([job for _, job in unsettled])
        resumed = 0
        for task, job in unsettled:
            if job not in lost:
                continue
            enqueue(self.app.queue, task, name=job)
            resumed += 1
            extra = {"messageId": str(task.occurrence.id), "organizationId": str(task.organization_id)}
            extra |= {"type": str(task.type), "action": "resumed"}
            logger.warning("A message had lost its job, it has a new one", extra=extra)
        return resumed

    def _chore(self, name: str, interval: float, chore: Callable[[], object]) -> None:
        now = time.monotonic()
        if now < self._due.get(name, 0.0):
            return
        self._due[name] = now + interval
        try:
            chore()
        except (ProactiveError, RedisError) as error:
            logger.warning("Could not %s: %s", name, type(error).__name__, extra={"action": "upkeep_failed"})
