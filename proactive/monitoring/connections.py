"""The monitoring's own connections to Redis and Supabase, which give up soon."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from redis import Redis

from proactive.app import build_gateway
from proactive.gateways.base import Gateway
from proactive.monitoring.present import PresentReader
from proactive.monitoring.queue_snapshot import QueueSnapshotReader
from proactive.monitoring.records_snapshot import RecordsSnapshotReader
from proactive.settings import Settings
from proactive.storage.redis import connect_redis
from proactive.storage.supabase import Database, connect_database

#: Seconds that anything of ours may take to answer before it counts as away.
PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class MonitoringConnections:
    """Redis, Supabase, the gateway, and the readers of snapshots of the queue and of the records."""

    redis: Redis
    database: Database
    gateway: Gateway
    queue: QueueSnapshotReader
    records: RecordsSnapshotReader
    present: PresentReader


def build_connections(settings: Settings, patience: float = PATIENCE) -> MonitoringConnections:
    """The connections that the settings name, each of which may take so many seconds; connects to nothing yet."""
    redis = connect_redis(settings, patience)
    database = connect_database(settings, patience)
    silence = dt.timedelta(hours=settings.alert_silence_hours)
    return MonitoringConnections(
        redis, database, build_gateway(settings, patience), QueueSnapshotReader(redis),
        RecordsSnapshotReader(database, silence), PresentReader(database),
    )  # fmt: skip
