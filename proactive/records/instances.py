"""The states of instances as others than the product know them: the gateway's webhooks, and whoever sends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from proactive.storage.answers import row, texts
from proactive.storage.supabase import Database


class InstanceStates:
    """Keeps and reads states; every method raises SupabaseError where Supabase is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def found(self, instance: str, state: str, at: dt.datetime) -> None:
        """Keep that sending, or asking the gateway, found an instance `open` or `close` at an aware instant."""
        states = [{"instance": instance, "state": state, "reason": None, "at": at.isoformat()}]
        self._database.call("aurora_proactive_keep_connections", {"p_states": states}, row)

    def not_open(self, limit: int) -> Sequence[str]:
        """Instances that are not open as far as was told or found, the latest to change first."""
        return self._database.call("aurora_proactive_instances_not_open", {"p_limit": limit}, texts)
