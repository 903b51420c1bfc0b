"""The monitoring's own connections to Redis and Supabase, which give up soon."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from redis import Redis

from proactive.monitoring.queue_snapshot import QueueSnapshotReader
from proactive.monitoring.records_snapshot import RecordsSnapshotReader
from proactive.settings import Settings
from proactive.storage.redis import connect_redis
from proactive.storage.supabase import connect_database

#: Seconds that anything of ours may take to answer before it counts as away.
PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class MonitoringConnections:
    """Redis, and the readers of snapshots of the queue and of the records."""

    redis: Redis
    queue: QueueSnapshotReader
    records: RecordsSnapshotReader


def build_connections(settings: Settings) -> MonitoringConnections:
    """The connections that the settings name; connects to nothing yet."""
    redis = connect_redis(settings, PATIENCE)
    database = connect_database(settings, PATIENCE)
    silence = dt.timedelta(hours=settings.alert_silence_hours)
    return MonitoringConnections(redis, QueueSnapshotReader(redis), RecordsSnapshotReader(database, silence))
