"""POST /api/aurora/proactive and its preview."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import redis

from proactive.app import Application
from proactive.message_types.registry import BY_HAND
from proactive.queue.rq_classes import JsonJob
from sandbox.stack import LocalStack
from tests.support.own_words import true_and
from tests.support.world import Business, World
from tests.web.conftest import BASE, Client, assert_problem, named

CAMPAIGN = {"campaignType": "promocional", "targetAudience": "vip", "message": "Olá!"}


def body(kind: str, business: Business, **more: Any) -> dict[str, Any]:
    data = CAMPAIGN if kind == "custom_campaign" else {}
    return {"type": kind, "data": data, **named(business), **more}


def test_the_job_carries_what_was_asked_for(
    service: Client, application: Application, ours: Business, queue: redis.Redis
) -> None:
    answer = service.post("", body("inactive_clients", ours) | {"data": {"days": 45}}).json()
    job = JsonJob.fetch(answer["jobId"], connection=application.redis)
    assert job.kwargs["data"] == {"days": 45}
    assert job.kwargs["by_hand"] is True
    assert job.func_name == "proactive.jobs.inactive_clients.run"


def test_a_campaign_is_new_at_every_call_unless_it_is_named(
    service: Client, ours: Business, theirs: Business, queue: redis.Redis
) -> None:
    def ask(business: Business, key: str | None = None, **more: Any) -> httpx.Response:
        headers = service.headers | ({"Idempotency-Key": key} if key else {})
        return service.http.post(BASE, json=body("custom_campaign", business, **more), headers=headers)

    assert ask(ours).json()["messageId"] != ask(ours).json()["messageId"]
    for named_so in ({"key": "k-1"}, {"campaignId": "c-1"}):
        first, again, other = ask(ours, **named_so), ask(ours, **named_so), ask(theirs, **named_so)
        assert (first.status_code, again.status_code, other.status_code) == (202, 200, 202)
        assert again.json() == first.json()
        assert other.json()["messageId"] != first.json()["messageId"]
        changed = ask(ours, **named_so, data=CAMPAIGN | {"message": "outra"})
        assert "new campaignId" in assert_problem(changed, 409)["detail"]


def test_what_is_recorded_already_is_answered_with_its_ids(
    service: Client, world: World, stack: LocalStack, queue: redis.Redis
) -> None:
    business = world.business()
    first = service.post("", body("daily_summary", business)).json()
    row = {"job_id": "the-schedules-own", "occurrence": "x", "timezone": "America/Sao_Paulo"}
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            """insert into aurora_proactive_messages
                 (id, organization_id, owner_number_id, message_type, status, metadata)
               values (%s, %s, %s, 'daily_summary', 'sent', %s)""",
            [first["messageId"], business.organization, business.owner, json.dumps(row)],
        )
    queue.flushdb()
    again = service.post("", body("daily_summary", business))
    assert again.status_code == 200
    assert (again.json()["jobId"], again.json()["status"]) == ("the-schedules-own", "sent")
    assert again.json()["messageId"] == first["messageId"]
    assert queue.llen("rq:queue:aurora-proactive") == 0


def test_a_preview_shows_facts_and_text_and_does_nothing(
    service: Client, as_user: Callable[..., Client], world: World, queue: redis.Redis
) -> None:
    business = world.business()
    for kind in BY_HAND:
        answer = service.post("/preview", body(kind, business))
        assert answer.status_code == 200
        assert answer.json()["text"] and answer.json()["facts"]["date"]
    at = "2026-05-01T12:00:00-03:00"
    dated = as_user(business).post("/preview", {"type": "daily_summary", "at": at}).json()
    assert dated["facts"]["date"] == "2026-05-01"
    assert_problem(service.post("/preview", body("daily_summary", business, at="2026-05-01T12:00:00")), 422)
    assert_problem(service.post("/preview", body("daily_summary", business, at="9999-05-01T12:00:00Z")), 422)
    world.publish(business, "daily_summary", true_and("daily_summary", "Bom descanso!").source)
    own = service.post("/preview", body("daily_summary", business)).json()["text"]
    assert own.startswith("Agendamentos: 0\n")
    assert queue.llen("rq:queue:aurora-proactive") == 0
    assert world.records(business) == []
