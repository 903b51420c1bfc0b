"""Events that come at once are kept together; each webhook is answered for its own events alone."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import Sequence

import pytest

from proactive.errors import RecordRefused, SupabaseError
from proactive.gateways.evolution.events import ReceiptEvent
from proactive.records.inbound import Heard
from proactive.web import webhook_collector
from proactive.web.webhook_answer import WebhookAnswer
from proactive.web.webhook_collector import WebhookCollector
from tests.support.alone import run_alone

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


def heard(name: str) -> list[Heard]:
    return [Heard("shop", ReceiptEvent(name, "read_at", NOW))]


def names(events: Sequence[Heard]) -> list[str]:
    return [each.event.gateway_message_id for each in events if isinstance(each.event, ReceiptEvent)]


class Kept:
    """Keeps events; what `fails` names raises, and nothing is kept before the gate is open."""

    def __init__(self, **fails: Exception) -> None:
        self.calls: list[list[str]] = []
        self.fails, self.gate = fails, threading.Event()

    def __call__(self, events: Sequence[Heard]) -> dict[int, WebhookAnswer]:
        self.gate.wait(10)
        self.calls.append(names(events))
        for name in names(events):
            if name in self.fails:
                raise self.fails[name]
        places = enumerate(names(events))
        return {place: WebhookAnswer(handled=True) for place, name in places if name.startswith("ours")}


async def asked(kept: Kept, collector: WebhookCollector, *wanted: str) -> list[WebhookAnswer | BaseException]:
    """Ask for each at once, and open the gate when all wait."""
    tasks = [asyncio.ensure_future(collector.keep(heard(name))) for name in wanted]
    await asyncio.sleep(0)
    kept.gate.set()
    return list(await asyncio.gather(*tasks, return_exceptions=True))


def test_what_comes_while_a_call_is_under_way_is_kept_in_one_call() -> None:
    kept = Kept()
    assert run_alone(asked(kept, WebhookCollector(kept), *(f"n{n}" for n in range(50)))) == [WebhookAnswer()] * 50
    assert sum(map(len, kept.calls)) == 50
    assert len(kept.calls) <= 2


def test_nothing_is_answered_before_it_is_kept() -> None:
    kept = Kept()

    async def early() -> bool:
        task = asyncio.ensure_future(WebhookCollector(kept).keep(heard("a")))
        done, _ = await asyncio.wait([task], timeout=0.2)
        kept.gate.set()
        await task
        return bool(done)

    assert run_alone(early()) is False
    assert kept.calls == [["a"]]


def test_one_that_can_never_be_kept_is_refused_and_the_others_are_kept() -> None:
    kept = Kept(n3=RecordRefused("no"))
    answers = run_alone(asked(kept, WebhookCollector(kept), *(f"n{n}" for n in range(8))))
    assert [type(answer) for answer in answers] == [WebhookAnswer] * 3 + [RecordRefused] + [WebhookAnswer] * 4


@pytest.mark.parametrize("error", [SupabaseError("away"), ValueError("a mistake")])
def test_where_supabase_is_away_everybody_is_told_and_the_next_ones_are_kept(error: Exception) -> None:
    kept = Kept(n1=error)
    collector = WebhookCollector(kept)

    async def both() -> tuple[list[WebhookAnswer | BaseException], list[WebhookAnswer | BaseException]]:
        return await asked(kept, collector, "n0", "n1"), await asked(kept, collector, "n2")

    first, second = run_alone(both())
    assert first == [error, error]
    assert second == [WebhookAnswer()]


def test_more_than_may_wait_are_refused_for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_collector, "_MOST", 3)
    monkeypatch.setattr(webhook_collector, "_TOGETHER", 1)
    kept = Kept()
    answers = run_alone(asked(kept, WebhookCollector(kept), *(f"n{n}" for n in range(6))))
    assert sum(isinstance(answer, SupabaseError) for answer in answers) == 3
    assert len(kept.calls) == 3


def test_a_webhook_that_nobody_waits_for_any_more_is_kept_all_the_same() -> None:
    kept = Kept()

    async def impatient() -> None:
        collector = WebhookCollector(kept)
        gone = asyncio.ensure_future(collector.keep(heard("gone")))
        await asyncio.sleep(0)
        gone.cancel()
        kept.gate.set()
        await collector.keep(heard("next"))

    run_alone(impatient())
    assert sorted(name for call in kept.calls for name in call) == ["gone", "next"]


def test_each_webhook_gets_the_answer_to_its_own_events() -> None:
    kept = Kept()
    answers = run_alone(asked(kept, WebhookCollector(kept), "a", "ours1", "b", "c", "ours2"))
    assert [isinstance(each, WebhookAnswer) and each.handled for each in answers] == [False, True, False, False, True]
