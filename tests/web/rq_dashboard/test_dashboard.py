"""rq-dashboard is for those who signed in with a service key, and works for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import httpx
import psycopg
import pytest

from proactive.app import Application
from proactive.jobs.resend import resend
from proactive.model.author import Author
from proactive.queue.rq_classes import JsonJob
from sandbox.stack import LocalStack
from tests.support.shops import Shop, make_shop

Visitor = Callable[..., httpx.Client]
AUTHOR = Author("key:tests", "api")


@pytest.mark.parametrize("path", ["/rq/", "/rq/0/data/queues.json", "/rq/0/data/workers.json"])
def test_the_queue_is_for_service_keys(visitor: Visitor, ours: Shop, path: str) -> None:
    assert visitor(ours).get(path).status_code == 403
    assert visitor().get(path).status_code == 200


def test_the_looser_policy_of_rq_dashboard_calls_no_other_site(visitor: Visitor) -> None:
    policy = visitor().get("/rq/").headers["content-security-policy"]
    assert "http" not in policy and "*" not in policy and "default-src 'none'" in policy


@pytest.mark.parametrize(
    "path",
    ["0/view/jobs/');alert(1);('/queued/8/asc/1", "0/view/jobs/x/nowhere/8/asc/1", "0/view/jobs/x/queued/0/asc/1",
     "0/data/jobs/x/nowhere/8/asc/1.json", "0/view/job/x", "0/data/job/x.json", "1/view/queues", "1/data/queues.json"],
)  # fmt: skip
def test_addresses_that_rq_dashboard_would_choke_on_are_not_found(
    visitor: Callable[..., httpx.Client], path: str
) -> None:
    answer = visitor().get(f"/rq/{path}")
    assert answer.status_code == 404
    assert "alert" not in answer.text


def test_requeueing_in_rq_dashboard_also_reopens_the_record(
    visitor: Callable[..., httpx.Client], application: Application, stack: LocalStack
) -> None:
    failed = make_shop(stack, "Reenvio pela fila", days=4).messages["failed"][-1]
    job = JsonJob.fetch(str(resend(application, failed, dt.datetime.now(dt.UTC), AUTHOR)), connection=application.redis)
    application.queue.empty()
    job.save()
    application.queue.failed_job_registry.add(job, 3600)
    with psycopg.connect(stack.dsn) as connection:
        connection.execute("update aurora_proactive_messages set status = 'failed' where id = %s", [failed])
    assert visitor().post(f"/rq/job/{job.id}/requeue").json() == {"status": "OK"}
    assert application.queue.get_job_ids() == [job.id]
    assert visitor().get(f"/mensagens/{failed}").text.count('class="badge pending"') == 1
