"""A number that WhatsApp blocks is left alone, with real processes and real webhooks; another one goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from proactive.app import build
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonQueue
from proactive.settings import Settings
from sandbox.processes import Processes
from sandbox.stack import LocalStack
from tests.support.tasks import campaign
from tests.support.world import World, eventually, fresh_redis

pytestmark = pytest.mark.timeout(150)

MANY = 12


def test_of_a_blocked_number_three_messages_go_out_and_the_others_wait(
    world: World, stack: LocalStack, folder: Path
) -> None:
    world.forget_the_past()
    client, environment = fresh_redis(stack.redis_url), stack.environment()
    queue = JsonQueue(connection=client)
    values = {name.lower(): value for name, value in environment.items()}
    app = build(Settings(_env_file=None, **values))  # type: ignore[arg-type]
    blocked, healthy = world.business(), world.business()
    assert blocked.instance and healthy.instance
    with Processes(folder, environment, ("worker1", "worker2", "web")) as processes:
        url = f"http://127.0.0.1:{processes.web_port}/webhooks/whatsapp/evolution"
        world.sandbox.call(url, stack.webhook_secret, blocked.instance, healthy.instance)
        for business in (blocked, healthy):  # both are heard once
            enqueue(queue, campaign(business))

        def heard() -> bool:
            rows = [row for business in (blocked, healthy) for row in world.records(business)]
            return [row["metadata"].get("delivery") in ("on_its_way", "delivered", "read") for row in rows] == [
                True
            ] * 2

        eventually(heard, 40, "the first message of each is acknowledged")
        world.sandbox.misbehave("error_receipt", instance=blocked.instance)
        for _ in range(MANY):
            for business in (blocked, healthy):
                enqueue(queue, campaign(business))
        eventually(lambda: len(world.received(healthy)) == 1 + MANY, 60, "the healthy number goes on")
        eventually(lambda: app.breakers.stopped(blocked.organization), 30, "the breaker closes")
        assert len(world.received(blocked)) <= 1 + 3 + 2  # two workers, each of which may be about to send
        deliveries = sorted(row["metadata"].get("delivery", row["status"]) for row in world.records(blocked))
        assert deliveries.count("refused") == len(world.received(blocked)) - 1
        assert "failed" not in deliveries
    assert app.breakers.stopped(healthy.organization) == []
    (stopped,) = app.breakers.stopped(blocked.organization)
    assert stopped.cause == "refused"
