"""How long the words of messages are kept: in Redis, where rows wait for Supabase, and in the records."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, cast

from redis import Redis

from proactive.model.durations import KEPT_ROW_REFUSED, KEPT_ROW_WORDS
from proactive.storage.answers import count, row
from proactive.storage.redis import FORGOTTEN_UNTIL, OUTBOX, OUTBOX_REFUSED, load_script
from proactive.storage.supabase import Database

#: Rows in one request, and requests in one round: a million old rows are forgotten within some days.
_PAGE, _PAGES = 500, 40
#: What of `metadata` says who it was written to, and what a person typed.
_PERSONAL = ("data", "remote_jid")


class RecordRetention:
    """Erases words of rows; that they were sent, and why not, stays.

    Raises redis.RedisError where Redis is away, SupabaseError where Supabase is; what is left is erased later.
    """

    def __init__(self, redis: Redis, database: Database, days: int) -> None:
        """`days` is the age at which records lose their words; 0: never."""
        self._redis, self._database, self._days = redis, database, days
        self._replace = load_script(redis, "records", "replace_row")

    def forget_kept(self, now: dt.datetime) -> int:
        """Erase the words of rows that have waited in Redis for too long at `now` (aware); answer how many."""
        changed = 0
        for key in (OUTBOX, OUTBOX_REFUSED):
            for message_id, raw in self._redis.hscan_iter(key, count=200):
                try:
                    kept = json.loads(raw)
                    age = (now - dt.datetime.fromisoformat(kept["scheduled_for"])).total_seconds()
                except (ValueError, TypeError, LookupError):
                    continue  # no row of ours: whoever put it there knows what it is
                instead = _without_words(kept) if age > KEPT_ROW_WORDS else kept
                text = "" if key == OUTBOX_REFUSED and age > KEPT_ROW_REFUSED else json.dumps(instead)
                if instead is not kept or not text:
                    changed += int(self._replace(keys=[key], args=[message_id, raw, text]))
        return changed

    def forget_deleted(self) -> int:
        """Erase the words of records about owners whom the product has deleted; answer how many."""
        changed = 0
        for _ in range(_PAGES):
            forgotten = self._database.call("aurora_proactive_forget_deleted", {"p_limit": _PAGE}, count)
            changed += forgotten
            if forgotten < _PAGE:
                break
        return changed

    def forget_written(self) -> int:
        """Erase the words of the oldest records whose days are over; answer how many."""
        changed = 0
        for _ in range(_PAGES if self._days else 0):
            after = cast("bytes | None", self._redis.get(FORGOTTEN_UNTIL))
            arguments = {"p_days": self._days, "p_after": after.decode() if after else None, "p_limit": _PAGE}
            answer = self._database.call("aurora_proactive_forget", arguments, row)
            changed += int(answer["forgotten"])
            if answer["until"] is None:
                break
            self._redis.set(FORGOTTEN_UNTIL, str(answer["until"]))
        return changed


def _without_words(kept: dict[str, Any]) -> dict[str, Any]:
    """The row without words; itself where it has none."""
    metadata = kept.get("metadata") or {}
    facts = metadata.get("facts") or {}
    if kept.get("content") is None and "listed" not in facts and not any(name in metadata for name in _PERSONAL):
        return kept
    left = {name: value for name, value in metadata.items() if name not in _PERSONAL}
    if facts:
        left["facts"] = {name: value for name, value in facts.items() if name != "listed"}
    return kept | {"content": None, "metadata": left}
