"""The log of changes, as tests fill and read it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from sandbox.stack import LocalStack


def changed(
    stack: LocalStack, organization: UUID | None, action: str, *, at: str | None = None, by: str = "key:a",
    via: str = "api", subject: str = "", before: Any = None, after: Any = None,
) -> str:  # fmt: skip
    """Write a change down; its id."""
    with psycopg.connect(stack.dsn) as connection:
        row = connection.execute(
            """insert into aurora_proactive_changes (organization_id, by, via, action, subject, before, after, at)
               values (%s, %s, %s, %s, %s, %s, %s, coalesce(%s::timestamptz, clock_timestamp())) returning id""",
            [organization, by, via, action, subject, before and Jsonb(before), after and Jsonb(after), at],
        ).fetchone()
    assert row is not None
    return str(row[0])


def changes_of(stack: LocalStack, organization: UUID | None) -> list[dict[str, Any]]:
    """What was written down of an organisation, oldest first."""
    with psycopg.connect(stack.dsn, row_factory=dict_row) as connection:
        return connection.execute(
            "select * from aurora_proactive_changes where organization_id is not distinct from %s order by at",
            [organization],
        ).fetchall()
