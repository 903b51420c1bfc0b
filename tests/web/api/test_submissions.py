"""The same occurrence is one submission with one job, however often it is requested."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis

from proactive.app import Application
from proactive.message_types.registry import BY_HAND
from proactive.queue.rq_classes import JsonJob
from tests.support.world import Business, World
from tests.web.conftest import BASE, Client, named

CAMPAIGN = {"campaignType": "promocional", "targetAudience": "vip", "message": "Olá!"}


def body(kind: str, business: Business, **more: Any) -> dict[str, Any]:
    data = CAMPAIGN if kind == "custom_campaign" else {}
    return {"type": kind, "data": data, **named(business), **more}


@pytest.mark.parametrize("kind", BY_HAND)
def test_the_same_occurrence_is_one_job_and_one_message(
    service: Client, as_user: Callable[..., Client], world: World, queue: redis.Redis, kind: str
) -> None:
    business = world.business()
    more = {"campaignId": "natal-2026"} if kind == "custom_campaign" else {}
    first = service.post("", body(kind, business, **more))
    assert first.status_code == 202
    again = service.post("", body(kind, business, **more))
    assert (again.status_code, again.json()) == (200, first.json())
    theirs = {name: value for name, value in body(kind, business, **more).items() if name not in named(business)}
    assert as_user(business).post("", theirs).json() == first.json()
    answer = first.json()
    assert first.headers["location"] == answer["links"]["job"]
    assert answer["links"] == {
        "job": f"{BASE}/jobs/{answer['jobId']}",
        "message": f"{BASE}/messages/{answer['messageId']}",
    }
    job = service.http.get(answer["links"]["job"], headers=service.headers).json()
    assert (job["state"], job["type"], job["messageId"]) == ("waiting", kind, answer["messageId"])
    assert queue.llen("rq:queue:aurora-proactive") == 1


def test_many_at_once_are_one_job(service: Client, world: World, queue: redis.Redis) -> None:
    business = world.business()
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: service.post("", body("daily_summary", business)), range(24)))
    assert sorted(answer.status_code for answer in answers) == [200] * 23 + [202]
    assert len({answer.text for answer in answers}) == 1
    assert queue.llen("rq:queue:aurora-proactive") == 1


def test_a_job_that_had_nothing_to_say_looks_again(
    service: Client, application: Application, world: World, queue: redis.Redis
) -> None:
    business = world.business()
    first = service.post("", body("birthdays", business)).json()
    job = JsonJob.fetch(first["jobId"], connection=application.redis)
    application.queue.remove(job)
    job.set_status("finished")  # type: ignore[arg-type]
    application.queue.finished_job_registry.add(job, 3600)
    again = service.post("", body("birthdays", business))
    assert (again.status_code, again.json()) == (200, first)
    assert application.queue.get_job_ids() == [first["jobId"]]
    assert application.queue.finished_job_registry.count == 0
