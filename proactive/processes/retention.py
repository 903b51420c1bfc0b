"""The chore that forgets: what people typed and what was written about them goes when its time is over."""

from __future__ import annotations

import datetime as dt
import logging

from proactive.app import Application
from proactive.queue.retention import JobRetention
from proactive.records.retention import RecordRetention

logger = logging.getLogger(__name__)


class Retention:
    """Forgets in Redis and in Supabase (docs/privacy.md says what, and when)."""

    def __init__(self, app: Application) -> None:
        self._jobs = JobRetention(app.queue)
        self._records = RecordRetention(app.redis, app.database, app.settings.retention_days)

    def forget(self, now: dt.datetime) -> int:
        """Forget what is over at `now` (aware); answer how many jobs and rows lost their words.

        Raises:
            redis.RedisError, SupabaseError: Redis or Supabase is away; the rest is done next time.
        """
        forgotten = self._jobs.forget(now) + self._records.forget_kept(now)
        forgotten += self._records.forget_deleted() + self._records.forget_written()
        if forgotten:
            logger.info(
                "Forgot %d jobs and texts whose time or owner was gone",
                forgotten,
                extra={"action": "forgotten"},
            )
        return forgotten
