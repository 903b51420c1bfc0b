"""Coroutines run in a thread of their own: browser tests leave an event loop in the main one."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def run_alone(coroutine: Coroutine[Any, Any, Answer]) -> Answer:
    """What a coroutine answers, whichever tests ran before in this process."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()
