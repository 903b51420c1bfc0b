"""Stopped instances through the API: seen by those whose they are, and let go by them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from proactive.app import Application
from proactive.gateways.breaker import CAUSES, Cause
from tests.support.world import World
from tests.web.conftest import Client, assert_problem


@pytest.mark.parametrize("cause", CAUSES)
def test_a_stopped_instance_is_listed_with_its_cause_and_its_end_until_it_is_released(
    service: Client, application: Application, world: World, cause: Cause
) -> None:
    business = world.business()
    assert business.instance
    application.breakers.stop(business.instance, cause)
    query = f"/instances/stopped?organizationId={business.organization}"
    (found,) = service.get(query).json()["instances"]
    assert (found["name"], found["organizationId"], found["cause"]) == (
        business.instance, str(business.organization), cause
    )  # fmt: skip
    assert found["since"] < found["knownUntil"] <= found["newUntil"]
    assert service.post("/instances/release", {"name": business.instance}).status_code == 200
    assert service.get(query).json() == {"instances": []}
    assert_problem(service.post("/instances/release", {"name": business.instance}), 404)


def test_a_user_releases_the_own_instance_and_no_other(
    as_user: Callable[..., Client], application: Application, world: World
) -> None:
    mine, other = world.business(), world.business()
    for business in (mine, other):
        assert business.instance
        application.breakers.stop(business.instance, "refused")
    user = as_user(mine)
    assert [one["name"] for one in user.get("/instances/stopped").json()["instances"]] == [mine.instance]
    assert_problem(user.post("/instances/release", {"name": other.instance}), 404)
    assert user.post("/instances/release", {"name": mine.instance}).json() == {"instances": []}
    assert [one.name for one in application.breakers.stopped(other.organization)] == [other.instance]


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "x\x00"}, {"name": "x" * 201}, {"name": 7}, {"all": True}])
def test_a_release_of_nothing_that_can_be_named_is_refused(service: Client, body: dict[str, object]) -> None:
    assert_problem(service.post("/instances/release", body), 422)
