"""MonitoringConnections that answer what a test says, where no process and no database are needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from proactive.monitoring.connections import MonitoringConnections
from proactive.monitoring.queue_snapshot import QueueSnapshot
from proactive.monitoring.records_snapshot import INSTANCE_STATES, RecordsSnapshot

QUIET_QUEUE = QueueSnapshot(
    jobs=dict.fromkeys(("waiting", "scheduled", "active", "completed", "failed"), 0),
    pending=0,
    oldest_age=None,
    workers={"idle": 0, "busy": 0, "suspended": 0},
    scheduler_age=None,
    unwritten=0,
    raised=frozenset(),
)
QUIET_RECORDS = RecordsSnapshot(dict.fromkeys(INSTANCE_STATES, 0), 0, 0, 0, None, False)


@dataclass
class Answers:
    """Answers `snapshot` with what it was told, raises it if it is an error."""

    said: Any
    fields: dict[str, float] = field(default_factory=dict)

    def snapshot(self) -> Any:
        if isinstance(self.said, Exception):
            raise self.said
        return self.said

    def counted(self) -> dict[str, float]:
        return self.fields

    def pumpless(self, instances: Iterable[str]) -> int:
        """Every instance that campaigns need a pump for, where the queue can be read."""
        self.snapshot()
        return len(list(instances))


def readers(queue: Any = QUIET_QUEUE, records: Any = QUIET_RECORDS, **counted: float) -> MonitoringConnections:
    return cast(MonitoringConnections, Standing(Answers(queue, counted), Answers(records)))


def nothing_counted() -> MonitoringConnections:
    return readers()


@dataclass
class Standing:
    queue: Answers
    records: Answers
