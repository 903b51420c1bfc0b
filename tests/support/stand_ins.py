"""MonitoringConnections that answer what a test says, where no process and no database are needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, cast
from uuid import UUID

from proactive.errors import SupabaseError
from proactive.gateways.faults import GatewayError
from proactive.monitoring.connections import MonitoringConnections
from proactive.monitoring.present import CONDITIONS, InstancePage, PausePage, Present
from proactive.monitoring.queue_snapshot import QueueSnapshot
from proactive.monitoring.records_snapshot import INSTANCE_STATES, RecordsSnapshot
from proactive.storage.migrated import MIGRATION

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
#: An installation that works: a worker, a scheduler, alerts that were evaluated just now.
BUSY_QUEUE = replace(
    QUIET_QUEUE, workers={"idle": 1, "busy": 0, "suspended": 0}, scheduler_age=1.0, queue_alerts=5.0, records_alerts=5.0
)
QUIET_PRESENT = Present(
    None,
    False,
    0,
    ("org1",),
    InstancePage((), 0, dict.fromkeys(CONDITIONS, 0)),
    PausePage((), 0),
    0,
    0,
    (),
    0,
    0,
    0,
    0,
    {},
)


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


def readers(
    queue: Any = QUIET_QUEUE, records: Any = QUIET_RECORDS, present: Any = QUIET_PRESENT, migration: Any = MIGRATION,
    redis: Any = None, gateway: Any = "open", **counted: float,
) -> MonitoringConnections:  # fmt: skip
    standing = Standing(
        Answers(queue, counted), Answers(records), StandingPresent(present), StandingDatabase(migration), redis,
        StandingGateway(gateway),
    )  # fmt: skip
    return cast(MonitoringConnections, standing)


def nothing_counted() -> MonitoringConnections:
    return readers()


@dataclass
class StandingPresent:
    said: Present | SupabaseError

    def present(self, organization: UUID | None) -> Present:
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


@dataclass
class StandingDatabase:
    """A database of which only the migration is asked."""

    migration: str | SupabaseError

    def call(self, function: str, arguments: dict[str, Any], decode: Any) -> str:
        assert function == "aurora_proactive_migrated"
        if isinstance(self.migration, Exception):
            raise self.migration
        return self.migration


@dataclass
class StandingGateway:
    said: str | GatewayError

    def state(self, instance: str) -> str:
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


@dataclass
class Standing:
    queue: Answers
    records: Answers
    present: StandingPresent
    database: StandingDatabase
    redis: Any
    gateway: StandingGateway
