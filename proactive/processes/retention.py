"""The chore that forgets: what people typed and what was written about them goes when its time is over."""

from __future__ import annotations

import datetime as dt
import logging

from proactive.app import Application
from proactive.queue.retention import JobRetention
from proactive.records.retention import RecordRetention

logger = logging.getLogger(__name__)

#: Recipients in one request, and requests in one round.
_PAGE, _PAGES = 500, 40


class Retention:
    """Forgets in Redis and in Supabase (docs/privacy.md says what, and when)."""

    def __init__(self, app: Application) -> None:
        self._jobs = JobRetention(app.queue)
        self._people, self._campaign_days = app.people, app.settings.campaign_retention_days
        self._records = RecordRetention(app.redis, app.database, app.settings.retention_days)

    def forget(self, now: dt.datetime) -> int:
        """Forget what is over at `now` (aware); answer how many jobs and rows lost their words.

        Raises:
            redis.RedisError, SupabaseError: Redis or Supabase is away; the rest is done next time.
        """
        forgotten = self._jobs.forget(now) + self._records.forget_kept(now)
        forgotten += self._records.forget_deleted() + self._records.forget_written() + self._forget_campaigns(now)
        if forgotten:
            logger.info(
                "Forgot %d jobs and texts whose time or owner was gone",
                forgotten,
                extra={"action": "forgotten"},
            )
        return forgotten

    def _forget_campaigns(self, now: dt.datetime) -> int:
        """Erase who received campaigns whose days are over."""
        forgotten = 0
        for _ in range(_PAGES if self._campaign_days else 0):
            erased = self._people.forget(self._campaign_days, _PAGE, now)
            forgotten += erased
            if erased < _PAGE:
                break
        return forgotten
