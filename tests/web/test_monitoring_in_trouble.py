"""What the endpoints say when processes are gone: each test has a crew of its own to lose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import httpx
import pytest

from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonQueue
from sandbox.stack import LocalStack
from tests.support.crew import Crew, at_work, serving
from tests.support.ground import clear
from tests.support.scraping import of_summaries, scrape, send, value, web_of
from tests.support.tasks import summary
from tests.support.world import World


@pytest.fixture
def crew(stack: LocalStack, world: World) -> Iterator[Crew]:
    clear(stack)
    with serving() as hook, at_work(world, hook) as crew:
        yield crew


@pytest.fixture
def web(crew: Crew, environment: Mapping[str, str]) -> Iterator[httpx.Client]:
    with web_of(environment) as client:
        yield client


def test_a_worker_that_is_killed_takes_nothing_with_it(web: httpx.Client, crew: Crew, world: World) -> None:
    send(crew, world, world.business(), world.business())
    before, dead = of_summaries(scrape(web)), crew.worker_key(crew.pid("worker1"))
    crew.services["worker1"].kill()
    assert of_summaries(scrape(web)) == before == {"sent": 2, "failed": 0}
    send(crew, world, world.business())
    assert of_summaries(scrape(web))["sent"] == before["sent"] + 1
    crew.redis.pexpire(dead, 44_000)  # as it is half a minute after its last beat
    samples = scrape(web)
    assert value(samples, "aurora_workers", state="idle") + value(samples, "aurora_workers", state="busy") == 1


def test_a_silent_scheduler_and_missing_workers_are_named(web: httpx.Client, crew: Crew) -> None:
    crew.dismiss()
    crew.redis.delete("rq:workers:aurora-proactive")  # one of them was killed, and is still remembered
    crew.redis.set("aurora:heartbeat:scheduler", crew.redis.time()[0] - 90)
    answer = web.get("/readyz")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert checks["workers"]["reason"] == "no worker beats"
    assert checks["scheduler"]["reason"].startswith("the scheduler's last beat was 9")
    assert checks["redis"]["ok"]


def test_a_waiting_job_shows_its_age(web: httpx.Client, crew: Crew, world: World) -> None:
    crew.dismiss()
    job = enqueue(JsonQueue(connection=crew.redis), summary(world.business()))
    crew.redis.hset(job.key, "enqueued_at", "2026-01-01T00:00:00.000000Z")
    samples = scrape(web)
    assert value(samples, "aurora_queue_oldest_waiting_seconds") > 3600
    assert value(samples, "aurora_queue_jobs", state="waiting") == 1
    assert value(samples, "aurora_queue_pending_jobs") == 3
