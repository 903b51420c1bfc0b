"""Two tables of messages: ours as migrated, and one exactly as the product describes it for the others."""

from __future__ import annotations

import psycopg

from bench.compare.stack import CompareStack

_NAME = "aurora_proactive_messages"
_PLAIN = """
create table if not exists others_messages (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid references organizations (id),
  owner_number_id uuid references owner_numbers (id),
  message_type varchar(50),
  content text,
  scheduled_for timestamp,
  status varchar(20),
  sent_at timestamp,
  error_message text,
  metadata jsonb,
  created_at timestamp default now()
);
grant all on others_messages to service_role;
"""
_SENT = "count(*) filter (where status = 'sent' and sent_at is not null)"
_LAST = "extract(epoch from max(pg_xact_commit_timestamp(xmin)) filter (where status = 'sent'))"


class Tables:
    """Which of the two bears the name that systems write to."""

    def __init__(self, stack: CompareStack) -> None:
        self._stack = stack
        self._database = psycopg.connect(stack.superuser_dsn, autocommit=True)
        self._database.execute(_PLAIN)
        self._plain = False

    def close(self) -> None:
        """End the connection."""
        self._database.close()

    def prepare(self, plain: bool) -> None:
        """Empty the system's table, and let it be the one of that name: ours, or the plain one."""
        if plain != self._plain:
            away, back = ("ours_messages", "others_messages") if plain else ("others_messages", "ours_messages")
            with self._database.transaction():
                self._database.execute(f"alter table {_NAME} rename to {away}".encode())
                self._database.execute(f"alter table {back} rename to {_NAME}".encode())
            self._plain = plain
            self._stack.reload_schema()
        self._database.execute(f"truncate {_NAME} cascade".encode())
        self._database.execute("checkpoint")

    def sent(self) -> int:
        """How many rows say that their message was sent, and when."""
        return int(self._read(_SENT))

    def rows(self) -> int:
        """How many rows there are."""
        return int(self._read("count(*)"))

    def last_commit(self) -> float:
        """When the last row that says `sent` was committed (Unix seconds); 0 if there is none."""
        return float(self._read(_LAST) or 0)

    def _read(self, what: str) -> float:
        row = self._database.execute(f"select {what} from {_NAME}".encode()).fetchone()
        assert row
        return row[0]  # type: ignore[no-any-return]
