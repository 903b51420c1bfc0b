"""What the records say of the last days: what was accepted, and what failed while its instance was away."""

from __future__ import annotations

from collections.abc import Sequence

from proactive.model.failure_reasons import FailureReason
from proactive.model.task import Task
from proactive.records.entry import task_of
from proactive.storage.answers import rows
from proactive.storage.supabase import Database

#: Messages that are looked at in one request.
_PAGE = 500


class LatelyQueries:
    """Asks for messages of the last days. Every method raises SupabaseError where Supabase is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accepted_lately(self, instance: str | None, limit: int) -> list[tuple[str, str]]:
        """Messages that a gateway accepted in the last days, newest first: the instance and the gateway's id of each.

        Those of organisations that send from `instance`; None for any, one an instance. Raises SupabaseError.
        """
        arguments = {"p_instance": instance, "p_limit": limit}
        found = self._database.call("aurora_proactive_accepted_lately", arguments, rows)
        return [(str(row["instance_name"]), str(row["gateway_message_id"])) for row in found]

    def failed_lately(self, reasons: Sequence[FailureReason], instance: str | None) -> list[tuple[str, Task]]:
        """Tasks that failed lately for one of these reasons, each with the connected instance it may go out from.

        Those of `instance` (None: of any), in any order. Raises SupabaseError.
        """
        arguments = {"p_codes": list(reasons), "p_instance": instance, "p_limit": _PAGE}
        found = self._database.call("aurora_proactive_failed_lately", arguments, rows)
        tasks = ((str(row["instance_name"]), task_of(row)) for row in found)
        return [(name, task) for name, task in tasks if task is not None]
