"""The outbox: rows that Supabase has not confirmed, kept in Redis and written when it is there."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable, Sequence
from typing import Any, cast
from uuid import UUID

from redis import Redis

from proactive.errors import RecordRefused, SupabaseError
from proactive.gateways.send_memory import SendNote
from proactive.model import metrics
from proactive.model.durations import REMEMBERED
from proactive.storage.own_client import OwnClients
from proactive.storage.redis import METRICS, OUTBOX, OUTBOX_REFUSED, lease_key, load_script
from proactive.storage.storable import storable

logger = logging.getLogger(__name__)

Row = dict[str, Any]
#: Writes rows to Supabase in one request, all or none; raises SupabaseError.
Write = Callable[[list[Row]], object]
#: Rows in one request.
_PAGE = 50
#: So many rows in a row that Supabase answers with a no, one by one, and it is taken for being away.
_REFUSALS = 5


class Outbox:
    """Keeps one row an occurrence, in the hash `aurora:outbox`. Raises redis.RedisError where Redis is away."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._own = OwnClients(redis)
        self._keep, self._drop_rows, self._remember = (
            load_script(redis, "records", name) for name in ("keep_row", "drop_rows", "remember_outcome")
        )
        self._seen: dict[bytes, int] = {}

    def keep(self, row: Row) -> None:
        """Keep a row (as `RecordEntry.row` gives it) for later."""
        self._keep(keys=[OUTBOX], args=[row["id"], _as_json(row)])

    def remember(self, row: Row, note: SendNote | None = None) -> str:
        """Keep the row of an outcome, end its lease, count it and note its sending, all as one; what is kept."""
        counted = metrics.messages(row["message_type"], row["status"])
        keys = [lease_key(UUID(row["id"])), OUTBOX, METRICS]
        reopened = row.get("metadata", {}).get("reopened", 0)
        args = [row["status"], REMEMBERED, counted, row["id"], kept := _as_json(row), reopened]
        if note is not None:
            keys, args = [*keys, note.key], [*args, *note.args]
        self._remember(keys=keys, args=args, client=self._own.mine())
        return kept

    def done(self, rows: list[Row], kept: Sequence[str] = ()) -> None:
        """Forget kept rows that have been written, unless newer ones took their places.

        `kept` are they as `remember` kept them, where that is known.
        """
        self._drop([(row["id"], raw) for row, raw in zip(rows, kept or map(_as_json, rows), strict=True)])

    def get(self, message_id: UUID) -> Row | None:
        """The kept row of an occurrence, None if there is none."""
        raw = cast("bytes | None", self._redis.hget(OUTBOX, str(message_id)))
        return cast(Row, json.loads(raw)) if raw else None

    def owned(self, gateway_ids: set[str], but: UUID) -> set[str]:
        """The ids among the gateway's message ids that belong to kept rows of other occurrences."""
        rows = (json.loads(raw) for raw in cast("list[bytes]", self._redis.hvals(OUTBOX)))
        return {row["metadata"].get("gateway_message_id") for row in rows if row["id"] != str(but)} & gateway_ids

    def flush(self, write: Write, *, patient: bool = False) -> int:
        """Write what is kept, until Supabase is away; answer how many rows were written.

        A row that it refuses for good is laid aside, so that it holds up no other. If `patient`, only what this
        process saw at its last flush already: what is younger is on its way with whoever keeps it.
        """
        kept = dict(self._redis.hscan_iter(OUTBOX, count=200))
        seen, self._seen = self._seen, {name: hash(raw) for name, raw in kept.items()}
        due = [(name, raw) for name, raw in kept.items() if not patient or seen.get(name) == hash(raw)]
        written = 0
        for start in range(0, len(due), _PAGE):
            try:
                written += self._write(due[start : start + _PAGE], write)
            except SupabaseError:
                break
        return written

    def _write(self, page: list[tuple[bytes, bytes]], write: Write) -> int:
        """Write a page, one by one where one of it spoils it for the others; how many were written.

        Raises:
            SupabaseError: Supabase is away, or refuses one after the other.
        """
        try:
            write(_rows_of(page))
        except SupabaseError as error:
            if not (error.answered or isinstance(error, RecordRefused)):
                raise
            if len(page) == 1:
                self._lay_aside(page, error)
                return 0
            return self._write_each(page, write)
        self._drop(page)
        return len(page)

    def _write_each(self, page: list[tuple[bytes, bytes]], write: Write) -> int:
        # another order every time: those that are refused for now do not stand before the same others for ever
        written = in_a_row = 0
        for each in random.sample(page, len(page)):
            try:
                written += self._write([each], write)
                in_a_row = 0
            except SupabaseError:
                in_a_row += 1
                if in_a_row == _REFUSALS:
                    raise
        return written

    def _lay_aside(self, page: list[tuple[bytes, bytes]], error: SupabaseError) -> None:
        """Lay a row aside that is refused for good; any other that Supabase answers with a no stays where it is."""
        ((message_id, raw),) = page
        if not isinstance(error, RecordRefused):
            raise error
        extra = {"messageId": message_id.decode(), "action": "refused"}
        logger.error("A record is laid aside in %s: %s", OUTBOX_REFUSED, error, extra=extra)
        self._redis.hset(OUTBOX_REFUSED, message_id, raw)
        self._drop(page)

    def _drop(self, written: list[tuple[Any, Any]]) -> None:
        self._drop_rows(keys=[OUTBOX], args=[part for each in written for part in each])

    def __len__(self) -> int:
        return int(self._redis.hlen(OUTBOX))


def _rows_of(page: list[tuple[bytes, bytes]]) -> list[Row]:
    """The rows of a page. Raises RecordRefused where one of them is none."""
    try:
        found: list[Row] = [json.loads(raw) for _, raw in page]
    except ValueError:
        found = [{}]
    if not all(isinstance(row, dict) and {"id", "status"} <= row.keys() for row in found):
        raise RecordRefused("what is kept is not a row", answered=True)
    return found


def _as_json(row: Row) -> str:
    return json.dumps(storable(row))
