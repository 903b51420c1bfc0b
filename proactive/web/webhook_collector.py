"""Collects the events of webhooks that come at once, and keeps them together.

A burst costs one call of the database for all that came while the last one was under way, instead of one an event. A
webhook is answered when its own events are safely in the database, never before.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from proactive.errors import RecordRefused, SupabaseError
from proactive.records.inbound import Heard
from proactive.web.webhook_answer import WebhookAnswer

#: Events that are kept in one call, and those that may wait for it: a gateway tells the rest again.
_TOGETHER, _MOST = 2_000, 20_000

#: Keeps events, and answers what became of those that people wrote, by their places.
Keep = Callable[[Sequence[Heard]], dict[int, WebhookAnswer]]
_Answer = asyncio.Future[WebhookAnswer]
_Result = WebhookAnswer | Exception


class WebhookCollector:
    """Belongs to one event loop; `keep` runs in a thread of its own, one call at a time."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._waiting: deque[tuple[Sequence[Heard], _Answer]] = deque()
        self._events = 0
        self._writing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "webhooks")

    async def keep(self, heard: Sequence[Heard]) -> WebhookAnswer:
        """What became of the events of one webhook, when they are kept.

        Raises:
            SupabaseError: Supabase is away, or too many wait; none or some were kept, and all may be told again.
            RecordRefused: one of them can never be kept.
        """
        if not heard:
            return WebhookAnswer()
        if self._events + len(heard) > _MOST and self._waiting:
            raise SupabaseError("too many events wait to be kept")
        loop = asyncio.get_running_loop()
        answer: _Answer = loop.create_future()
        self._waiting.append((heard, answer))
        self._events += len(heard)
        if self._writing is None or self._writing.done():
            self._writing = loop.create_task(self._write())
        return await answer

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            taken = self._take()
            results = await loop.run_in_executor(self._thread, self._kept, [heard for heard, _ in taken])
            for (_, answer), result in zip(taken, results, strict=True):
                if answer.done():  # whoever asked has gone away
                    continue
                if isinstance(result, Exception):
                    answer.set_exception(result)
                else:
                    answer.set_result(result)

    def _take(self) -> list[tuple[Sequence[Heard], _Answer]]:
        taken: list[tuple[Sequence[Heard], _Answer]] = []
        number = 0
        while self._waiting and (not taken or number + len(self._waiting[0][0]) <= _TOGETHER):
            taken.append(self._waiting.popleft())
            number += len(taken[-1][0])
        self._events -= number
        return taken

    def _kept(self, groups: Sequence[Sequence[Heard]]) -> list[_Result]:
        """Keep the events of several webhooks; each one's answer or error. One that spoils it for all is found."""
        try:
            answers = self._keep([heard for group in groups for heard in group])
        except RecordRefused as error:
            if len(groups) == 1:
                return [error]
            half = len(groups) // 2
            return self._kept(groups[:half]) + self._kept(groups[half:])
        except Exception as error:  # whoever waits is told, and the next ones are kept
            return [error] * len(groups)
        results: list[_Result] = []
        place = 0
        for group in groups:
            results.append(WebhookAnswer.of(answers[n] for n in range(place, place + len(group)) if n in answers))
            place += len(group)
        return results
