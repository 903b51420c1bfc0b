"""What a killed worker had in hand: once by another, and in doubt only what was at the gateway."""

from __future__ import annotations

from pathlib import Path

import pytest

from proactive.failpoints import VARIABLE
from tests.acceptance.test_batches import due
from tests.acceptance.test_workers import WARM, begun, database, rq_worker
from tests.support.world import Business, World, eventually

pytestmark = pytest.mark.timeout(240)


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


def _settled(world: World, business: Business) -> bool:
    return any(row["status"] != "pending" for row in world.records(business)[-1:])
