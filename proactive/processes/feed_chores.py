"""The chore that has feeds read, in threads of their own: a site that is slow, or a file that is strange, holds up
nothing."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from proactive.app import Application
from proactive.errors import SupabaseError
from proactive.feeds.process import read_in_child
from proactive.feeds.store import FeedStore
from proactive.storage.answers import Row

logger = logging.getLogger(__name__)

#: Children at once, and seconds for which a feed is this reader's alone: longer than any child lives.
_AT_ONCE, _HELD = 3, 180


@dataclass
class FeedChores:
    """Has what is due read whenever it is told to, unless it still does. `read` starts the child process."""

    app: Application
    read: Callable[[dict[str, Any]], dict[str, Any]] = read_in_child
    _thread: threading.Thread | None = None
    _reader: str = field(default_factory=lambda: uuid4().hex)

    def begin(self) -> None:
        """Have what is due read in a thread; does nothing while the last one still runs."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self.run_due, name="feeds", daemon=True)
            self._thread.start()

    def run_due(self) -> int:
        """Have every feed read that is due; how many. One that Supabase does not answer about is read another time."""
        store, number = FeedStore(self.app.database), 0
        try:
            while feeds := store.take(self._reader, _HELD, _AT_ONCE, _utc_now()):
                number += len(feeds)
                threads = [threading.Thread(target=self._keep, args=(store, feed), daemon=True) for feed in feeds]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
        except SupabaseError as error:
            logger.warning("Could not read feeds: %s", type(error).__name__, extra={"action": "upkeep_failed"})
        return number

    def _keep(self, store: FeedStore, feed: Row) -> None:
        keys = list(self.app.settings.calendar_keys)
        question = {name: feed[name] for name in _ASKED} | {"keys": keys, "now": _utc_now().isoformat()}
        result = self.read(question) | {"zone": feed["zone"]}
        try:
            outcome = store.keep(feed["id"], self._reader, result, _utc_now())
        except SupabaseError as error:
            logger.warning("Could not keep a feed: %s", type(error).__name__, extra={"action": "upkeep_failed"})
            return
        extra = {"action": "feed_read", "feedId": feed["id"], "organizationId": feed["organization_id"]}
        if outcome == "fault":
            logger.warning("A feed was not read: %s", result["fault"], extra=extra)
        else:
            logger.info("A feed was read: %s", outcome, extra=extra)


_ASKED = ("address", "address_key", "etag", "last_modified", "purpose", "zone")


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
