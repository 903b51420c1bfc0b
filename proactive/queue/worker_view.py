"""Workers as RQ's own views show them: `rq info` and rq-dashboard."""

from __future__ import annotations

from typing import Any

from rq.serializers import JSONSerializer
from rq.suspension import is_suspended
from rq.worker import BaseWorker, Worker, WorkerStatus


class WorkerView(Worker):
    """A worker that is looked at: its jobs are JSON, and it is suspended while `rq suspend` holds, unless it is busy.

    A worker itself says so within five seconds.
    """

    @classmethod
    def all(cls, *args: Any, **options: Any) -> list[BaseWorker]:
        """Every worker."""
        return super().all(*args, **options | {"serializer": JSONSerializer})

    def refresh(self) -> None:
        """Read what Redis has of it."""
        super().refresh()  # type: ignore[no-untyped-call]  # RQ's
        if self._state != WorkerStatus.BUSY and is_suspended(self.connection):
            self._state = WorkerStatus.SUSPENDED.value  # as Redis has it
