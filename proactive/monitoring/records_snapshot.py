"""Snapshots of the records: figures of all organisations, computed in the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from proactive.gateways.breaker import CAUSES
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.metrics import DELIVERIES
from proactive.monitoring.campaign_snapshot import CampaignSnapshot, campaign_snapshot
from proactive.storage.answers import count, flag, row
from proactive.storage.supabase import Database

#: The states that the product's table of instances knows; any other counts as `error`.
INSTANCE_STATES = ("connected", "connecting", "disconnected", "qr_pending", "logged_out", "error")


@dataclass(frozen=True, slots=True)
class RecordsSnapshot:
    """Instances of active organisations by state; messages that `ended` and `failed` in the last hour.

    `last_sent_age` is in seconds, None where nothing was ever sent; `due` is whether something should have been
    sent in the period of silence that the alert allows. `deliveries` are the messages of the last 70 minutes by what
    became of them; of those that are older than ten minutes, and whose instance tells receipts, there are `judged`, of
    which `undelivered` were refused or silent. `stopped` are the instances that may not send now, by the cause.
    `campaigns` are those of all organisations.
    """

    instances: Mapping[str, int]
    pending: int
    ended: int
    failed: int
    last_sent_age: float | None
    due: bool
    deliveries: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(DELIVERIES, 0))
    judged: int = 0
    undelivered: int = 0
    stopped: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(CAUSES, 0))
    campaigns: CampaignSnapshot = field(default_factory=CampaignSnapshot)


class RecordsSnapshotReader:
    """Reads snapshots; `silence` is the alert's period."""

    def __init__(self, database: Database, silence: dt.timedelta) -> None:
        self._database = database
        self._silence = silence

    def snapshot(self) -> RecordsSnapshot:
        """The snapshot of this moment, in one request.

        Raises:
            SupabaseError: they cannot be read.
        """
        arguments = {"p_silence_seconds": self._silence.total_seconds()} | _expected_daily()
        return self._database.call("aurora_proactive_records_snapshot", arguments, _snapshot)


def _snapshot(answer: Any) -> RecordsSnapshot:
    found = row(answer)
    instances = dict.fromkeys(INSTANCE_STATES, 0)
    for state, number in found["instances"].items():
        instances[state if state in instances else "error"] += count(number)
    age, lately = found["last_sent_seconds"], found["deliveries"]
    return RecordsSnapshot(
        instances, count(found["pending"]), count(found["ended"]), count(found["failed"]),
        None if age is None else float(age), flag(found["due"]),
        {name: count(lately["counts"].get(name, 0)) for name in DELIVERIES}, count(lately["judged"]),
        count(lately["undelivered"]), {cause: count(found["breakers"].get(cause, 0)) for cause in CAUSES},
        campaign_snapshot(found["campaigns"]),
    )  # fmt: skip


def _expected_daily() -> dict[str, Any]:
    """The type of the message that every owner gets every day, and its local time."""
    type_ = next(type_ for type_ in MESSAGE_TYPES.values() if type_.unconditional)
    minute, hour = str(type_.cron).split()[:2]
    return {"p_type": type_.name, "p_daily": f"{int(hour):02}:{int(minute):02}"}
