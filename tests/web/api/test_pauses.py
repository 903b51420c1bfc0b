"""Pausing and resuming through the API."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.world import World
from tests.web.conftest import Client, assert_problem


def test_a_user_pauses_the_own_organisation_whatever_is_left_out(
    as_user: Callable[..., Client], service: Client, world: World
) -> None:
    business = world.business()
    user = as_user(business)
    (pause,) = user.post("/pause", {"reason": "férias"}).json()["pauses"]
    assert (pause["organizationId"], pause["type"]) == (str(business.organization), None)
    assert_problem(user.post("/resume", {"type": "birthdays"}), 404)
    assert user.post("/resume", {}).json() == {"pauses": []}
    # a pause of everything is the operator's: it is seen, and stays
    service.post("/pause", {"type": "opportunities"})
    assert user.get("/pauses").json()["pauses"][0]["organizationId"] is None
    assert_problem(user.post("/resume", {"type": "opportunities"}), 404)
    assert service.post("/resume", {"type": "opportunities"}).status_code == 200
