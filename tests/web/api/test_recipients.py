"""For whom a session may request messages."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import psycopg

from sandbox.stack import LocalStack
from tests.support.world import Business, World
from tests.web.conftest import Client, assert_problem


def test_a_session_that_names_no_owner_stands_for_the_only_enabled_one(
    as_user: Callable[..., Client], world: World, stack: LocalStack, queue: object
) -> None:
    business = world.business()
    user = as_user(business, owner=False)
    assert user.post("", {"type": "daily_summary"}).status_code == 202
    job = user.get("/jobs").json()["jobs"][0]
    assert job["ownerNumberId"] == str(business.owner)
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            "insert into owner_numbers (organization_id, phone) values (%s, 'x')", [business.organization]
        )
    assert_problem(user.post("", {"type": "daily_summary"}), 409)
    assert as_user(business).post("", {"type": "daily_summary"}).status_code == 200


def test_a_session_cannot_name_another_owner_or_one_of_another_organisation(
    as_user: Callable[..., Client], http: httpx.Client, stack: LocalStack, ours: Business, theirs: Business
) -> None:
    body = {"type": "daily_summary", "ownerNumberId": str(theirs.owner)}
    assert_problem(as_user(ours).post("", body), 403)
    mixed = {"organization_id": str(ours.organization), "owner_number_id": str(theirs.owner)}
    token = stack.user_token(app_metadata=mixed)
    assert_problem(Client(http, {"Authorization": f"Bearer {token}"}).post("", {"type": "daily_summary"}), 403)
