"""Posting webhooks with the retries of Evolution API 2.3.7, in the background and never without end."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

import httpx
import jwt

#: `WEBHOOK_RETRY_*` and `WEBHOOK_REQUEST_TIMEOUT_MS` as 2.3.7 has them unless set.
_TRIES, _LONGEST_WAIT, _JITTER, _TIMEOUT = 10, 300.0, 0.2, 30.0
_NOT_AGAIN = frozenset({400, 401, 403, 404, 422})
#: As many may be on their way, or waiting for another try; what comes then is dropped.
_WAITING, _AT_ONCE = 2000, 20
_HEADERS = {"Accept": "application/json, text/plain, */*", "User-Agent": "axios/1.13.2"}
_TOKEN_LASTS = 600


@dataclass(frozen=True, slots=True)
class WebhookPost:
    """A body for an address, with the headers that the webhook was set with."""

    url: str
    headers: dict[str, str]
    body: dict[str, Any]


class WebhookPosts:
    """The bounded queue: each event is a task of its own, as in Evolution, so that order is not kept."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter(delivered=0, retried=0, refused=0, given_up=0, dropped=0)
        self._tasks: set[asyncio.Task[None]] = set()
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._client: httpx.AsyncClient | None = None

    def put(self, posts: list[WebhookPost], first_wait: float) -> None:
        """Post them in the background, one after the other; dropped where too many wait.

        `first_wait` is the seconds before a second try.
        """
        if len(self._tasks) >= _WAITING:
            self.counts["dropped"] += len(posts)
            return
        task = asyncio.get_running_loop().create_task(self._deliver_all(posts, first_wait))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def forget(self) -> None:
        """Give up whatever was not delivered yet."""
        for task in self._tasks:
            task.cancel()

    async def close(self) -> None:
        """Give up and close the connections."""
        self.forget()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client:
            await self._client.aclose()

    async def _deliver_all(self, posts: list[WebhookPost], first_wait: float) -> None:
        for post in posts:
            await self._deliver(post, first_wait)

    async def _deliver(self, post: WebhookPost, first_wait: float) -> None:
        for tried in range(1, _TRIES + 1):
            status = await self._try(post)
            if status is not None and 200 <= status < 300:
                self.counts["delivered"] += 1
                return
            if status in _NOT_AGAIN:
                self.counts["refused"] += 1
                return
            if tried < _TRIES:
                self.counts["retried"] += 1
                await asyncio.sleep(_wait(first_wait, tried))
        self.counts["given_up"] += 1

    async def _try(self, post: WebhookPost) -> int | None:
        """The status of the answer; None without one."""
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=True, trust_env=False)
        try:
            async with self._gate, asyncio.timeout(_TIMEOUT):
                answer = await self._client.post(post.url, json=post.body, headers=_HEADERS | _signed(post.headers))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError):
            return None
        return answer.status_code


def _wait(first: float, tried: int) -> float:
    wait: float = min(first * 2 ** (tried - 1), _LONGEST_WAIT)
    return max(first, wait * (1 + _JITTER * random.uniform(-1, 1)))  # noqa: S311 - spreads tries, hides nothing


def _signed(headers: dict[str, str]) -> dict[str, str]:
    """The headers; `jwt_key` is not sent but signs a token, good for ten minutes."""
    sent = {name: str(value) for name, value in headers.items() if name != "jwt_key"}
    if key := headers.get("jwt_key"):
        now = int(time.time())
        claims = {"iat": now, "exp": now + _TOKEN_LASTS, "app": "evolution", "action": "webhook"}
        sent["Authorization"] = f"Bearer {jwt.encode(claims, key, 'HS256')}"
    return sent
