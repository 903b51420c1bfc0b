"""Failed messages together, through the API: counted by reason, and requeued at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import redis
from psycopg.types.json import Jsonb

from proactive.app import Application
from sandbox.stack import LocalStack
from tests.support.world import Business, World
from tests.web.conftest import Client, assert_problem

REASONS = ("instance_disconnected", "instance_disconnected", "phone_missing", "delivery_unknown_not_shown")


@pytest.fixture
def failed(world: World, stack: LocalStack, queue: redis.Redis) -> tuple[Business, list[str]]:
    """A business with a failed message for each of the reasons."""
    business, ids = world.business(), [str(uuid4()) for _ in REASONS]
    with psycopg.connect(stack.dsn) as connection:
        for number, (message, reason) in enumerate(zip(ids, REASONS, strict=True)):
            metadata: dict[str, Any] = {
                "occurrence": f"2026-11-2{number}", "timezone": "America/Sao_Paulo", "attempts": 3,
                "failure": {"code": reason, "details": {"state": "close"}},
            }  # fmt: skip
            connection.execute(
                """insert into aurora_proactive_messages (id, organization_id, owner_number_id, message_type,
                     scheduled_for, status, error_message, metadata)
                   values (%s, %s, %s, 'daily_summary', now(), 'failed', 'no', %s)""",
                [message, business.organization, business.owner, Jsonb(metadata)],
            )
    return business, ids


def test_they_are_counted_by_reason_with_what_to_do(
    as_user: Callable[..., Client], failed: tuple[Business, list[str]]
) -> None:
    business, _ = failed
    counts = as_user(business).get("/messages/failed").json()
    assert (counts["failed"], counts["requeueable"]) == (4, 3)
    assert [(one["code"], one["count"]) for one in counts["reasons"]] == [
        ("instance_disconnected", 2), ("delivery_unknown_not_shown", 1), ("phone_missing", 1),
    ]  # fmt: skip
    assert all(one["advice"] for one in counts["reasons"])
    assert as_user(business).get("/messages/failed?reason=phone_missing").json()["failed"] == 1
    (row,) = as_user(business).get("/messages?reason=phone_missing").json()["messages"]
    assert row["advice"] == "Corrija o telefone do dono no cadastro da organização."


def test_a_filters_messages_are_requeued_but_not_those_that_may_have_been_sent(
    service: Client, failed: tuple[Business, list[str]], application: Application
) -> None:
    business, ids = failed
    wanted = {"organizationId": str(business.organization)}
    assert_problem(service.post("/messages/requeue", {"filter": wanted, "atMost": 2}), 409)
    assert application.queue.count == 0
    answer = service.post("/messages/requeue", {"filter": wanted, "atMost": 3})
    assert answer.status_code == 202
    assert {one["messageId"] for one in answer.json()["requeued"]} == set(ids[:3])
    assert answer.json()["refused"] == answer.json()["left"] == []
    assert application.queue.count == 3
    again = service.post("/messages/requeue", {"filter": wanted, "atMost": 3}).json()
    assert again == {"requeued": [], "refused": [], "left": []}


def test_named_ones_are_requeued_and_what_cannot_be_is_named(
    as_user: Callable[..., Client], failed: tuple[Business, list[str]], theirs: Business, application: Application
) -> None:
    business, ids = failed
    nobodys = str(uuid4())
    assert as_user(theirs).post("/messages/requeue", {"messageIds": ids}).json()["refused"] == ids
    assert application.queue.count == 0
    answer = as_user(business).post("/messages/requeue", {"messageIds": [ids[3], nobodys, ids[3]]}).json()
    assert [one["messageId"] for one in answer["requeued"]] == [ids[3]]
    assert answer["refused"] == [nobodys]


@pytest.mark.parametrize(
    "body",
    [{}, {"messageIds": []}, {"messageIds": ["x"]}, {"filter": {}}, {"atMost": 3, "messageIds": [str(uuid4())]},
     {"filter": {}, "atMost": True},
     {"filter": {}, "atMost": 1, "messageIds": [str(uuid4())]}, {"filter": {"phoneEnd": "11987654321"}, "atMost": 1},
     {"messageIds": [str(uuid4()) for _ in range(501)]}],
    ids=["nothing", "none", "no id", "no number", "number", "true", "both", "whole number", "many"],
)  # fmt: skip
def test_what_is_not_usable_is_said(service: Client, queue: redis.Redis, body: dict[str, Any]) -> None:
    assert_problem(service.post("/messages/requeue", body), 422)
