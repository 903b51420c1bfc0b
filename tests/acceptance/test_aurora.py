"""The Aurora AI in front of real workers: its two lines where they fit, the layout's where they do not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonQueue
from sandbox.ai import AuroraSandbox
from sandbox.ai_answers import Mode
from sandbox.processes import Processes
from tests.support.tasks import summary
from tests.support.world import Business, World, eventually, fresh_redis

pytestmark = pytest.mark.timeout(240)


@dataclass
class Writing:
    """A worker whose texts are the sandbox AI's."""

    world: World
    aurora: AuroraSandbox
    queue: JsonQueue

    def message(self, mode: Mode, within: float) -> tuple[dict[str, Any], list[dict[str, Any]], int]:
        """The record and the messages of a daily summary, and how often the AI was asked."""
        business: Business = self.world.business()
        self.aurora.mode = mode
        asked = len(self.aurora.requests)
        enqueue(self.queue, summary(business))

        def settled() -> list[dict[str, Any]]:
            return [row for row in self.world.records(business) if row["status"] != "pending"]

        (row,) = eventually(settled, within, f"a settled record with the AI in mode {mode}")
        return row, self.world.received(business), len(self.aurora.requests) - asked


@pytest.fixture(scope="module")
def writing(world: World, folder: Path) -> Iterator[Writing]:
    world.sandbox.behave()
    aurora = AuroraSandbox()
    thread = threading.Thread(target=aurora.serve_forever, daemon=True)
    thread.start()
    redis_url = world.stack.redis_url.removesuffix("/0") + "/1"
    environment = world.stack.environment() | {
        "REDIS_URL": redis_url,
        "RQ_REDIS_URL": redis_url,
        "AURORA_SERVICE_URL": aurora.url,
        "AURORA_SERVICE_KEY": "sk-test",
        "AURORA_SERVICE_TIMEOUT": "1",
    }
    client = fresh_redis(redis_url)
    with Processes(folder, environment, ("worker1",)):
        yield Writing(world, aurora, JsonQueue(connection=client))
    aurora.shutdown()
    thread.join(5)


def test_the_lines_of_the_ai_are_sent(writing: Writing) -> None:
    row, messages, asked = writing.message(Mode.TRUTH, 20)
    assert row["status"] == "sent"
    assert row["metadata"]["composer"] == "ai"
    assert [message["text"] for message in messages] == [row["content"]]
    assert row["content"].startswith("Oi, ")
    assert row["content"].endswith("Muito obrigada pela confiança. Um abraço carinhoso!")
    assert asked == 1


def test_untrue_lines_are_not_sent_and_the_record_says_why(writing: Writing) -> None:
    row, messages, _ = writing.message(Mode.LIE, 20)
    assert row["status"] == "sent"
    assert row["metadata"]["composer"] == "layout"
    assert row["metadata"]["fallback"]
    assert messages[0]["text"].startswith("Olá! Aqui está o resumo do seu dia 📊")


def test_a_failing_ai_is_asked_three_times_and_then_done_without(writing: Writing) -> None:
    row, messages, asked = writing.message(Mode.FAIL, 60)
    assert row["status"] == "sent"
    assert row["metadata"]["attempts"] == 3
    assert row["metadata"]["composer"] == "layout"
    assert row["metadata"]["fallback"]
    assert len(messages) == 1
    assert asked == 3
