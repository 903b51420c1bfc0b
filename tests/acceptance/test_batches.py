"""Batches in real workers: they save requests, delay nobody, lose nothing and hide nothing from RQ's tools."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import redis

from proactive.failpoints import VARIABLE
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonJob, JsonQueue
from tests.acceptance.test_workers import WARM, begun, database, rq_worker
from tests.support.tasks import campaign, summary
from tests.support.world import Business, World, eventually

pytestmark = pytest.mark.timeout(240)


def due(world: World, client: redis.Redis, count: int, **of_each: Any) -> list[Business]:
    """Businesses whose summaries wait on the queue, in this order."""
    businesses = [world.business(**of_each) for _ in range(count)]
    for business in businesses:
        enqueue(JsonQueue(connection=client), summary(business))
    return businesses


def all_sent(world: World, businesses: Iterable[Business]) -> bool:
    return all([row["status"] for row in world.records(business)] == ["sent"] for business in businesses)


def all_finished(client: redis.Redis, jobs: list[str]) -> bool:
    return all(job is not None and job.is_finished for job in JsonJob.fetch_many(jobs, connection=client))


def test_every_message_of_a_batch_goes_out_once_and_every_job_ends_well(world: World, folder: Path) -> None:
    client, environment = database(world, 7)
    businesses = due(world, client, 30)
    jobs = JsonQueue(connection=client).job_ids
    with rq_worker(*WARM, environment=environment, log=folder / "batch.log"):
        eventually(lambda: all_sent(world, businesses), 60, "thirty messages")
        eventually(lambda: all_finished(client, jobs), 10, "thirty finished jobs")
    assert [len(world.received(business)) for business in businesses] == [1] * 30
    assert {job.return_value() for job in JsonJob.fetch_many(jobs, connection=client) if job} == {"sent"}
    assert client.hlen("aurora:outbox") == 0


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


@pytest.mark.parametrize("flights", [2, 32])
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


def test_a_worker_that_is_to_do_so_many_jobs_does_so_many(world: World, folder: Path) -> None:
    client, environment = database(world, 14)
    businesses = due(world, client, 3)
    with rq_worker(*WARM, "--max-jobs", "2", environment=environment, log=folder / "two.log") as worker:
        assert worker.wait(30) == 0
    assert [len(world.records(business)) for business in businesses] == [1, 1, 0]


@pytest.mark.parametrize("step", ["claimed", "begun", "answered", "remembered"])
def test_what_a_killed_worker_had_in_hand_goes_out_once_by_another(world: World, folder: Path, step: str) -> None:
    number = 9 + ["claimed", "begun", "answered", "remembered"].index(step) % 4
    client, environment = database(world, number)
    environment |= {"GATEWAY_TIMEOUT": "5", "SENDS_IN_FLIGHT": "4"}
    businesses = due(world, client, 12)
    with rq_worker(*WARM, environment=environment | {VARIABLE: f"kill:{step}:1"}, log=folder / "dies.log") as dying:
        eventually(lambda: dying.poll() is not None, 30, f"its death at {step}")
    with rq_worker(*WARM, environment=environment, log=folder / "heir.log"):
        eventually(lambda: all(_settled(world, each) for each in businesses), 120, "every record settled")
    statuses = [world.records(business)[0]["status"] for business in businesses]
    unsent = statuses.count("failed")  # those that were on their way and never arrived: at most one a flight
    assert unsent <= {"claimed": 0, "begun": 4}.get(step, 3)
    assert [len(world.received(business)) for business in businesses] == [int(each == "sent") for each in statuses]


def test_a_worker_that_dies_with_its_flights_full_leaves_no_others_in_doubt(world: World, folder: Path) -> None:
    client, environment = database(world, 9)
    environment |= {"GATEWAY_TIMEOUT": "20", "SENDS_IN_FLIGHT": "4"}
    businesses = due(world, client, 12)
    for business in businesses:
        world.sandbox.misbehave(how="hang_before_accept", instance=business.instance, seconds=15, times=1)
    with rq_worker(*WARM, environment=environment, log=folder / "full.log") as dying:
        eventually(lambda: begun(client) == 4, 30, "four messages at the gateway")
        eventually(lambda: client.llen("rq:queue:aurora-proactive") == 8, 10, "the others back on the queue")
        dying.kill()
        dying.wait(10)
    assert begun(client) == 4
    states = [client.hget(key, "state") for key in client.keys("aurora:handover:*")]
    assert set(states) <= {b"claimed", b"open", b"reserved"}


def test_those_that_cannot_be_sent_hold_up_no_others_of_their_batch(world: World, folder: Path) -> None:
    client, environment = database(world, 13)
    away, good = due(world, client, 3, status="disconnected"), due(world, client, 3)
    nobody = due(world, client, 2, phone=None)
    jobs = JsonQueue(connection=client).job_ids
    with rq_worker(*WARM, environment=environment, log=folder / "mixed.log"):
        eventually(lambda: all_sent(world, good), 30, "the good ones")
        eventually(lambda: all_finished(client, jobs), 20, "eight finished jobs")
    assert {world.records(business)[0]["status"] for business in away} == {"failed"}
    assert [world.records(business) for business in nobody] == [[], []]


def _settled(world: World, business: Business) -> bool:
    return any(row["status"] != "pending" for row in world.records(business)[-1:])
