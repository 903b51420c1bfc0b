"""The keys that Supabase publishes for its session tokens: fetched within a deadline, and kept for five minutes."""

from __future__ import annotations

import time
from typing import Any

import requests
from jwt import PyJWKClient, PyJWKClientConnectionError, PyJWKSet
from jwt.exceptions import PyJWTError

from proactive.deadline.session import BoundedSession

#: Seconds for the whole answer, and that go by before keys that could not be fetched are asked for again: every
#: request would wait for them otherwise, one after the other.
_FETCH_SECONDS = 5.0
_AGAIN_AFTER = 5.0
_KEPT = 300.0
#: Bytes of the largest answer: a project has a few keys.
_LARGEST = 256 * 1024


class PublishedKeys(PyJWKClient):
    """Looks a token's key up by its id."""

    def __init__(self, url: str) -> None:
        """Fetches nothing yet."""
        super().__init__(url, lifespan=_KEPT)
        self._failed = -_AGAIN_AFTER

    def fetch_data(self) -> Any:
        """The published keys.

        Raises:
            PyJWKClientConnectionError: they cannot be fetched, or what was answered holds none.
        """
        if time.monotonic() - self._failed < _AGAIN_AFTER:
            raise PyJWKClientConnectionError("the keys could not be fetched a moment ago")
        try:
            published = self._fetched()
            PyJWKSet.from_dict(published)
        except (requests.RequestException, PyJWTError, ValueError, TypeError, AttributeError, LookupError):
            self._failed = time.monotonic()
            raise PyJWKClientConnectionError("the keys cannot be fetched") from None
        if self.jwk_set_cache is not None:
            self.jwk_set_cache.put(published)
        self._last_successful_fetch = time.monotonic()
        return published

    def _fetched(self) -> Any:
        with BoundedSession() as session:
            answer = session.ask("GET", self.uri, seconds=_FETCH_SECONDS, largest=_LARGEST)
        if answer.status != 200:
            raise ValueError(f"status {answer.status}")
        return self._as_jwk_set_payload(answer.json())
