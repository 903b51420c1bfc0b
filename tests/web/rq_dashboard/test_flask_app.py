"""rq-dashboard changes nothing but by POST, and answers every odd address with 4xx and without a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from rq.job import Job, JobStatus

from proactive.app import Application

Visitor = Callable[..., httpx.Client]
NAME = "aurora-proactive"
#: Every address of rq-dashboard's that changes something, and spellings that a router may take for it.
CHANGING = (
    "requeue/{queue}", "job/{failed}/requeue", "job/{waiting}/delete", "queue/{queue}/queued/empty",
    "queue/{queue}/failed/empty", "queue/{queue}/compact",
)  # fmt: skip
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda path: path,
    "double slash": lambda path: "/" + path,
    "doubled inside": lambda path: path.replace("/", "//", 1),
    "trailing slash": lambda path: path + "/",
    "dots": lambda path: "x/../" + path,
    "encoded dots": lambda path: "%2e/" + path,
    "encoded slash": lambda path: path.replace("/", "%2f", 1),
    "query": lambda path: path + "?_method=POST&x=1",
}
OVERRIDES = {"X-HTTP-Method-Override": "POST", "X-HTTP-Method": "POST", "X-Method-Override": "POST"}


@pytest.fixture
def jobs(application: Application, queue: object) -> dict[str, str]:
    """One that waits and one that has failed."""
    waiting = application.queue.enqueue("proactive.jobs.tick.run")
    failed = application.queue.create_job("proactive.jobs.tick.run")
    failed.set_status(JobStatus.FAILED)
    failed.save()
    application.queue.failed_job_registry.add(failed, 3600)
    return {"queue": NAME, "waiting": waiting.id, "failed": failed.id}


def state(application: Application, jobs: dict[str, str]) -> Any:
    failed = application.queue.failed_job_registry.get_job_ids(cleanup=False)
    exist = [Job.exists(jobs[name], application.redis) for name in ("waiting", "failed")]
    return application.queue.get_job_ids(), failed, exist


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"])
def test_nothing_changes_but_by_post(
    visitor: Visitor, application: Application, jobs: dict[str, str], method: str, spelling: str
) -> None:
    client, before = visitor(), state(application, jobs)
    for path in CHANGING:
        answer = client.request(method, "/rq/" + SPELLINGS[spelling](path.format(**jobs)), headers=OVERRIDES)
        assert answer.status_code in (303, 308, 400, 404, 405), path
        if spelling in ("plain", "query"):
            assert answer.status_code == 405
            assert "POST" in answer.headers["allow"]
        assert state(application, jobs) == before, path


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": ""}, {"Origin": "http://["},
     {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "cross-site"}, {"Referer": "https://evil.example/x"},
     {"Referer": "http://["}],
)  # fmt: skip
def test_a_post_of_another_site_changes_nothing(
    visitor: Visitor, application: Application, jobs: dict[str, str], headers: dict[str, str]
) -> None:
    client, before = visitor(), state(application, jobs)
    for path in CHANGING:
        assert client.post("/rq/" + path.format(**jobs), headers=headers).status_code == 403
    assert state(application, jobs) == before


def test_its_own_posts_work(visitor: Visitor, application: Application, jobs: dict[str, str]) -> None:
    client = visitor()
    own = {"Origin": str(client.base_url).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    assert client.post(f"/rq/requeue/{NAME}", headers=own).json() == {"status": "OK", "count": 1}
    assert set(application.queue.get_job_ids()) == {jobs["waiting"], jobs["failed"]}
    assert client.post(f"/rq/queue/{NAME}/queued/empty", headers=own).json() == {"status": "OK"}
    assert application.queue.get_job_ids() == []


def test_only_what_failed_is_requeued(visitor: Visitor, application: Application, jobs: dict[str, str]) -> None:
    assert visitor().post(f"/rq/job/{jobs['waiting']}/requeue").status_code == 409
    assert visitor().post("/rq/job/nobodys/requeue").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["0/view/job/%00", "0/view/job/a%0ab", "0/view/job/" + "x" * 3000, "0/data/job/%F0%9F%98%80.json",
     "job/a.b/requeue", "0/data/jobs/aurora-proactive/queued/8/sideways/1.json",
     "0/data/jobs/aurora-proactive/queued/-8/asc/1.json",
     "0/data/jobs/aurora-proactive/queued/8/asc/99999999999999999999.json", "99999999999999999999/view/queues",
     "-1/view/queues", "0/data/jobs/a%00/queued/8/asc/1.json",
     "requeue/%00", "queue/aurora-proactive/nowhere/empty", "nowhere", "%ff%fe", "..%2f..%2fetc/passwd"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_odd_address_is_refused_without_a_traceback(
    visitor: Visitor, caplog: pytest.LogCaptureFixture, path: str, method: str
) -> None:
    with caplog.at_level(logging.WARNING):
        answer = visitor().request(method, f"/rq/{path}")
    assert 400 <= answer.status_code < 500, answer.text
    assert caplog.records == []
    assert answer.headers["x-content-type-options"] == "nosniff"
