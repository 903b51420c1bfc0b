"""A message as a row of a table, and as a list of facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from proactive.cli.failed_messages import advice_of
from proactive.storage.answers import Row


def row_of(row: Row) -> tuple[object, ...]:
    """Status, type, whom, when it was made (UTC), its id, why it failed."""
    return row["status"], row["type"], _whom(row), _moment(row["created_at"]), row["id"], row["reason"] or ""


def facts_of(row: Row) -> Iterator[tuple[str, object]]:
    """What there is to say about one message, by name."""
    yield "message", row["id"]
    yield "type", row["type"]
    yield "status", row["status"]
    yield "owner", f"{row['owner'] or 'gone'} ({row['owner_number_id']})"
    yield "organisation", f"{row['organization'] or 'gone'} ({row['organization_id']})"
    yield "due (UTC)", _moment(row["scheduled_for"])
    yield "made (UTC)", _moment(row["created_at"])
    yield "sent (UTC)", _moment(row["sent_at"])
    yield "delivery", row["delivery"]
    yield "receipts (UTC)", ", ".join(f"{name} {_moment(at)}" for name, at in row["receipts"].items())
    yield "answered (UTC)", ", ".join(_moment(at) for at in row["replies"])
    yield "reason", row["reason"]
    yield "reason's code", row["reason_code"]
    yield "o que fazer", advice_of(row["reason_code"])
    yield "job", row["job_id"]
    for place, line in enumerate((row["content"] or "").splitlines()):
        yield "" if place else "text", line or " "


def _whom(row: Row) -> str:
    return f"{row['owner'] or row['owner_number_id']} ({row['organization'] or row['organization_id']})"


def _moment(at: str | None) -> str:
    try:
        return f"{dt.datetime.fromisoformat(at).astimezone(dt.UTC):%Y-%m-%d %H:%M}" if at else "-"
    except ValueError:
        return str(at)
