"""What the gateway saw against what the records say."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.rows import dict_row

from bench.chaos.workload import Workload, mark_of
from proactive.model.failure import Failure
from sandbox.gateway.client import Sandbox

WINDOW = 60.0
LIMIT = 20


@dataclass
class Checks:
    """The comparison. `lost` and `duplicates` say which, each in a sentence."""

    due: int = 0
    sent: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    unknown_but_accepted: int = 0
    duplicates: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    largest_window: int = 0

    @property
    def clean(self) -> bool:
        """No duplicate, no loss, no window above the limit."""
        return not self.duplicates and not self.lost and self.largest_window <= LIMIT


def compare(workload: Workload, sandbox: Sandbox, dsn: str) -> Checks:
    """Compare the gateway's log with the rows, occurrence by occurrence."""
    messages = sandbox.messages()
    rows = _rows(dsn)
    accepted: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for message in messages:
        accepted[message["number"], mark_of(message["text"])].append(message)
    checks = Checks(due=len(workload.due), largest_window=largest_window(messages))
    for occurrence, sign in workload.due.items():
        _judge(checks, f"{occurrence} {sign[1]}", rows.pop(str(occurrence), None), accepted.pop(sign, []))
    checks.lost += [f"row {key} is nobody's" for key in rows]
    checks.lost += [f"message {mark!r} to {number} is nobody's" for number, mark in accepted]
    return checks


def unsettled(workload: Workload, dsn: str) -> int:
    """How many due occurrences have no settled row."""
    rows = _rows(dsn)
    return sum(rows.get(str(each), {}).get("status", "pending") == "pending" for each in workload.due)


def _judge(checks: Checks, name: str, row: dict[str, Any] | None, accepted: list[dict[str, Any]]) -> None:
    if len(accepted) > 1:
        moments = ", ".join(f"{message['accepted_at']:.3f}" for message in accepted)
        checks.duplicates.append(f"{name}: accepted at {moments}")
    if row is None or row["status"] == "pending":
        checks.lost.append(f"{name}: {'no row' if row is None else 'still pending'}, accepted {len(accepted)}")
    elif row["status"] == "sent":
        checks.sent += 1
        ids = [message["gateway_message_id"] for message in accepted]
        if row["metadata"].get("gateway_message_id") not in ids:
            checks.lost.append(f"{name}: sent, but the gateway never saw it")
    else:
        reason = row["error_message"] or "no reason"
        checks.failed[reason] += 1
        failure = Failure.from_json(row["metadata"].get("failure"))
        unknown = failure is not None and failure.reason.is_unknown_delivery
        checks.unknown_but_accepted += bool(accepted) and unknown
        if accepted and not unknown:
            checks.lost.append(f"{name}: failed ({reason}), but the gateway accepted it")


def _rows(dsn: str) -> dict[str, dict[str, Any]]:
    query = "select id, status, error_message, metadata from aurora_proactive_messages"
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        return {str(row["id"]): row for row in connection.execute(query)}


def largest_window(messages: list[dict[str, Any]]) -> int:
    """The largest number of messages of one instance in any 60 seconds, by the gateway's clock."""
    moments: dict[str, list[float]] = defaultdict(list)
    for message in messages:
        moments[message["instance"]].append(message["accepted_at"])
    largest = 0
    for each in map(sorted, moments.values()):
        largest = max(largest, *(bisect_right(each, begin + WINDOW) - at for at, begin in enumerate(each)))
    return largest
