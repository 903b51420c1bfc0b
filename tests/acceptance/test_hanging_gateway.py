"""A gateway that hangs for one business keeps no other waiting, with real workers."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import pytest
import redis

from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonQueue
from tests.acceptance.test_batches import all_sent, due
from tests.acceptance.test_workers import WARM, database, rq_worker
from tests.support.tasks import campaign, summary
from tests.support.world import Business, World, eventually

pytestmark = pytest.mark.timeout(240)


def test_a_gateway_that_hangs_for_one_business_keeps_no_other_waiting(world: World, folder: Path) -> None:
    client, environment = database(world, 8)
    environment["GATEWAY_TIMEOUT"] = "25"
    businesses = [world.business() for _ in range(20)]
    world.sandbox.misbehave(how="hang_before_accept", instance=businesses[0].instance, seconds=20, times=1)
    for business in businesses:
        enqueue(JsonQueue(connection=client), summary(business))
    with (
        rq_worker(*WARM, environment=environment, log=folder / "hangs1.log"),
        rq_worker(*WARM, environment=environment, log=folder / "hangs2.log"),
    ):
        others = businesses[1:]
        eventually(
            lambda: sum(len(world.received(business)) for business in others) == 19,
            15,
            "the others' messages, while the first one hangs",
        )
        assert world.received(businesses[0]) == []
        eventually(lambda: all_sent(world, businesses), 60, "the first one's too")
    assert [len(world.received(business)) for business in businesses] == [1] * 20


@pytest.mark.parametrize("flights", [pytest.param(2, marks=pytest.mark.long), 32])
def test_one_that_hangs_keeps_nobody_waiting_who_is_asked_for_meanwhile(
    world: World, folder: Path, flights: int
) -> None:
    client, environment = database(world, 1)
    environment |= {"GATEWAY_TIMEOUT": "25", "SENDS_IN_FLIGHT": str(flights)}
    hangs = world.business()
    world.sandbox.misbehave(how="hang_before_accept", instance=hangs.instance, seconds=15, times=1)
    with rq_worker(*WARM, environment=environment, log=folder / "meanwhile.log"):
        due_again(client, hangs, 3)
        eventually(lambda: world.records(hangs), 30, "the one that hangs")
        for _ in range(8):
            began, (business,) = time.time(), due(world, client, 1)
            (message,) = eventually(partial(world.received, business), 5, "another's message")
            assert message["accepted_at"] - began < 1
        assert world.received(hangs) == []
        eventually(lambda: len(world.received(hangs)) == 3, 60, "its own messages, one after the other")
    assert [row["status"] for row in world.records(hangs)] == ["sent"] * 3


def test_an_instance_with_many_messages_keeps_no_other_waiting(world: World, folder: Path) -> None:
    client, environment = database(world, 6)
    busy = world.business()
    world.sandbox.misbehave(how="hang_before_accept", instance=busy.instance, seconds=0.8, times=18)
    names = due_again(client, busy, 18)
    others = due(world, client, 30)
    with rq_worker(*WARM, environment=environment, log=folder / "many.log"):
        eventually(lambda: all_sent(world, others), 20, "the others' messages")
        assert len(world.received(busy)) < 10
        eventually(lambda: len(world.received(busy)) == 18, 60, "all of one instance")
    texts = [message["text"] for message in world.received(busy)]
    assert [name for text in texts for name in names if name in text] == names


def due_again(client: redis.Redis, business: Business, count: int) -> list[str]:
    """Campaigns of one business that wait on the queue, each with its name in its text; the names in order."""
    names = [f"festa {chr(ord('A') + number)}" for number in range(count)]
    for name in names:
        enqueue(JsonQueue(connection=client), campaign(business, name))
    return names
