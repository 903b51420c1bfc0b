"""Workers as they are run: RQ's own `rq worker aurora-proactive`, and the warm one, told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import redis

from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonJob, JsonQueue
from sandbox.processes import ROOT, Processes
from tests.support.tasks import summary
from tests.support.world import World, eventually, fresh_redis

pytestmark = pytest.mark.timeout(240)
RQ = str(Path(sys.executable).parent / "rq")
WARM = ("--worker-class", "proactive.processes.worker.WarmWorker")


@contextmanager
def rq_worker(*arguments: str, environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`rq worker aurora-proactive` from the checkout, with whatever else it is given."""
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [RQ, "worker", *arguments, "aurora-proactive"],
            cwd=ROOT, env=os.environ | environment, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield worker
        finally:
            if worker.poll() is None:
                worker.terminate()
            worker.wait(20)


def database(world: World, number: int) -> tuple[redis.Redis, dict[str, str]]:
    url = world.stack.redis_url.removesuffix("/0") + f"/{number}"
    return fresh_redis(url), world.stack.environment() | {"REDIS_URL": url, "RQ_REDIS_URL": url}


def test_a_plain_rq_worker_alone_sends_and_moves_due_retries(world: World, folder: Path) -> None:
    client, environment = database(world, 3)
    business = world.business()
    world.sandbox.misbehave(how="starting_up", instance=business.instance, times=1)
    job = enqueue(JsonQueue(connection=client), summary(business))
    with rq_worker(environment=environment, log=folder / "plain.log"):
        eventually(lambda: world.received(business), 60, "the message at its second attempt")
        eventually(lambda: JsonJob.fetch(job.id, connection=client).is_finished, 10, "the finished job")
    assert world.records(business)[0]["metadata"]["attempts"] == 2


def test_a_warm_worker_finishes_its_job_when_it_is_told_to_stop(world: World, folder: Path) -> None:
    client, environment = database(world, 4)
    business = world.business()
    world.sandbox.misbehave(how="hang_before_accept", instance=business.instance, seconds=4, times=1)
    job = enqueue(JsonQueue(connection=client), summary(business))
    with rq_worker(*WARM, environment=environment, log=folder / "warm.log") as worker:
        eventually(lambda: world.records(business), 30, "the message on its way to the gateway")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    (row,) = world.records(business)
    assert row["status"] == "sent"
    assert len(world.received(business)) == 1
    assert JsonJob.fetch(job.id, connection=client).return_value() == "sent"


def test_a_warm_worker_that_is_told_to_stop_gives_back_what_it_has_notbegun(world: World, folder: Path) -> None:
    client, environment = database(world, 15)
    environment |= {"SENDS_IN_FLIGHT": "2", "GATEWAY_TIMEOUT": "25"}
    businesses = [world.business() for _ in range(8)]
    for business in businesses[:2]:
        world.sandbox.misbehave(how="hang_before_accept", instance=business.instance, seconds=4, times=1)
    jobs = [enqueue(JsonQueue(connection=client), summary(business)) for business in businesses[:2]]
    with rq_worker(*WARM, environment=environment, log=folder / "stops.log") as worker:
        eventually(lambda: begun(client) == 2, 30, "two messages on their way")
        jobs += [enqueue(JsonQueue(connection=client), summary(business)) for business in businesses[2:]]
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    left = JsonQueue(connection=client).job_ids
    assert left == [job.id for job in jobs[2:]], (folder / "stops.log").read_text()
    assert [len(world.received(business)) for business in businesses] == [1] * 2 + [0] * 6
    assert client.zcard("rq:wip:aurora-proactive") == 0


def test_a_warm_worker_that_is_told_twice_stops_at_once(world: World, folder: Path) -> None:
    client, environment = database(world, 2)
    business = world.business()
    world.sandbox.misbehave(how="hang_before_accept", instance=business.instance, seconds=25, times=1)
    enqueue(JsonQueue(connection=client), summary(business))
    with rq_worker(*WARM, environment=environment | {"GATEWAY_TIMEOUT": "30"}, log=folder / "twice.log") as worker:
        eventually(lambda: begun(client) == 1, 30, "the message on its way")
        worker.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            worker.wait(1.5)  # RQ takes no second signal within a second
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(5) == 0


def begun(client: redis.Redis) -> int:
    """How many leases have begun."""
    return sum(client.hget(key, "state") == b"claimed" for key in client.keys("aurora:handover:*"))


def test_a_warm_worker_comes_back_when_redis_does(world: World, folder: Path) -> None:
    client, environment = database(world, 5)
    valkey = world.stack.services["valkey"]
    with rq_worker(*WARM, environment=environment, log=folder / "redis.log") as worker:
        eventually(lambda: client.scard("rq:workers"), 30, "a registered worker")
        valkey.kill()
        valkey.start()
        business = world.business()
        job = enqueue(JsonQueue(connection=client), summary(business))
        taken_up = lambda: JsonJob.fetch(job.id, connection=client).started_at  # noqa: E731
        eventually(taken_up, 60, "the job taken up by the worker that lost Redis")
        assert worker.poll() is None


def test_the_dashboard_shows_each_types_function(world: World, folder: Path) -> None:
    client, environment = database(world, 6)
    job = enqueue(JsonQueue(connection=client), summary(world.business()))
    with Processes(folder, environment, ("dashboard",)) as processes:
        data = f"{processes.dashboard_url}/0/data"
        listed = httpx.get(f"{data}/jobs/aurora-proactive/queued/8/asc/1.json", trust_env=False)
        shown = httpx.get(f"{data}/job/{job.id}.json", trust_env=False)
    assert job.id in listed.text
    assert shown.json()["description"].startswith("proactive.jobs.daily_summary.run")


def test_rq_suspend_stops_a_warm_worker_that_waits_for_a_job_and_resume_lets_it_go_on_at_once(
    world: World, folder: Path
) -> None:
    client, environment = database(world, 7)
    business = world.business()

    def rq(command: str) -> str:
        process = subprocess.run([RQ, command], env=os.environ | environment, cwd=ROOT, check=True, capture_output=True)
        return process.stdout.decode()

    with rq_worker(*WARM, environment=environment, log=folder / "suspended.log"):
        (key,) = eventually(lambda: client.smembers("rq:workers:aurora-proactive"), 30, "a registered worker")
        eventually(lambda: client.hget(key, "state") == b"idle", 10, "it waits")
        rq("suspend")
        job = enqueue(JsonQueue(connection=client), summary(business))
        eventually(lambda: client.hget(key, "state") == b"suspended", 10, "its state")
        assert "suspended" in rq("info")
        assert client.lrange("rq:queue:aurora-proactive", 0, -1) == [job.id.encode()]
        assert not world.received(business)
        rq("resume")
        eventually(lambda: world.received(business), 20, "the message")


def test_a_worker_that_is_started_while_rq_suspend_holds_waits_for_resume(world: World, folder: Path) -> None:
    client, environment = database(world, 10)
    client.set("rq:suspended", 1)
    business = world.business()
    enqueue(JsonQueue(connection=client), summary(business))
    with rq_worker(*WARM, environment=environment, log=folder / "later.log") as worker:
        (key,) = eventually(lambda: client.smembers("rq:workers:aurora-proactive"), 30, "a registered worker")
        eventually(lambda: client.hget(key, "state") == b"suspended", 10, "its state")
        assert worker.poll() is None
        client.delete("rq:suspended")
        eventually(lambda: world.received(business), 20, "the message")


@pytest.mark.parametrize("kind", [WARM, ()], ids=["warm", "plain"])
def test_a_worker_waits_for_a_redis_that_is_not_up_yet(world: World, folder: Path, kind: tuple[str, ...]) -> None:
    client, environment = database(world, 11)
    valkey = world.stack.services["valkey"]
    valkey.kill()
    log = folder / "early.log"
    with rq_worker(*kind, environment=environment, log=log) as worker:
        eventually(lambda: "Waiting: Redis is away" in log.read_text(), 30, "it says that it waits")
        assert worker.poll() is None
        valkey.start()
        eventually(lambda: client.scard("rq:workers"), 30, "a registered worker")
    assert "Traceback" not in log.read_text()
