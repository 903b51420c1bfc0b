"""/metrics, /healthz and /readyz with real workers, a real scheduler and the real stack."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

import httpx
import pytest

from proactive.model import metrics
from proactive.model.durations import SCHEDULER_SILENT
from proactive.monitoring.condition import CHECKS, NEEDED
from proactive.storage.redis import METRICS
from sandbox.stack import LocalStack
from tests.support.crew import Crew, Webhook, at_work, serving
from tests.support.scraping import of_summaries, scrape, send, value, web_of
from tests.support.world import Business, World, eventually


@pytest.fixture(scope="module")
def hook() -> Iterator[Webhook]:
    """One that runs for the whole module."""
    with serving() as found:
        yield found


@pytest.fixture(scope="module")
def crew(world: World, hook: Webhook) -> Iterator[Crew]:
    """One for the whole file: tests leave it as it was."""
    with at_work(world, hook) as crew:
        yield crew


@pytest.fixture(scope="module")
def web(crew: Crew, environment: Mapping[str, str]) -> Iterator[httpx.Client]:
    with web_of(environment) as client:
        yield client


@pytest.fixture(scope="module")
def sent(crew: Crew, world: World) -> list[Business]:
    """Three businesses that got their summary, and a fourth whose owner is not on WhatsApp."""
    businesses = [world.business() for _ in range(4)]
    world.sandbox.misbehave(instance=businesses[3].instance, how="refuse_number")
    send(crew, world, *businesses)
    return businesses


def test_what_several_workers_did_is_counted_together(web: httpx.Client, sent: list[Business]) -> None:
    samples = scrape(web)
    assert of_summaries(samples) == {"sent": 3, "failed": 1}
    assert value(samples, "aurora_messages_total", type="birthdays", status="sent") == 0
    assert value(samples, "aurora_attempts_total", type="daily_summary", outcome="sent") == 3
    assert value(samples, "aurora_gateway_errors_total", kind="number_not_on_whatsapp") == 1
    assert value(samples, "aurora_up", part="redis") == value(samples, "aurora_up", part="supabase") == 1


@pytest.mark.parametrize("stage", metrics.STAGES)
def test_every_stage_of_a_message_is_timed(web: httpx.Client, sent: list[Business], stage: str) -> None:
    samples = scrape(web)
    labels = {"type": "daily_summary", "stage": stage}
    count = value(samples, "aurora_processing_seconds_count", **labels)
    assert count == of_summaries(samples)["sent"] + of_summaries(samples)["failed"]
    assert value(samples, "aurora_processing_seconds_bucket", le="+Inf", **labels) == count
    assert 0 < value(samples, "aurora_processing_seconds_sum", **labels) < 20 * count


def test_the_state_of_everything_is_shown(web: httpx.Client, sent: list[Business]) -> None:
    samples = scrape(web)
    assert value(samples, "aurora_workers", state="idle") + value(samples, "aurora_workers", state="busy") == 2
    assert value(samples, "aurora_scheduler_heartbeat_age_seconds") < SCHEDULER_SILENT
    assert 0 <= value(samples, "aurora_last_sent_age_seconds") < 60
    assert value(samples, "aurora_instances", state="connected") >= 4
    assert value(samples, "aurora_queue_jobs", state="scheduled") == value(samples, "aurora_queue_pending_jobs") == 2


def test_no_label_names_anybody(web: httpx.Client, crew: Crew, sent: list[Business]) -> None:
    crew.redis.hincrby(METRICS, metrics.messages(str(sent[0].organization), "sent"), 1)
    text = web.get("/metrics").text
    for business in sent:
        for told in (business.organization, business.owner, business.phone, business.instance):
            assert str(told) not in text
    assert len(text.splitlines()) < 2000


def test_the_scheduler_told_the_webhook_and_the_metrics(web: httpx.Client, crew: Crew, hook: Webhook) -> None:
    (posted,) = eventually(lambda: hook.posted, 10, "the scheduler had told")
    assert (posted["alert"], posted["state"], posted["value"], posted["threshold"]) == ("pending_jobs", "raised", 2, 1)
    assert value(scrape(web), "aurora_alert_raised", alert="pending_jobs") == 1
    log = crew.services["scheduler"].log.read_text()
    assert '"action": "alert_raised"' in log
    assert hook.url not in log


def test_all_is_ready_where_all_is_there(web: httpx.Client) -> None:
    answer = web.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    checks = answer.json()["checks"]
    assert tuple(checks) == CHECKS
    fine = {"ok": True, "needed": True, "reason": None, "advice": None}
    assert {name: check for name, check in checks.items() if check["needed"]} == dict.fromkeys(sorted(NEEDED), fine)


def test_what_needs_somebody_is_said_and_takes_nothing_out_of_service(
    web: httpx.Client, sent: list[Business], crew: Crew
) -> None:
    checks = web.get("/readyz").json()["checks"]
    assert checks["failures"] == {
        "ok": False, "needed": False, "reason": "messages that failed in the last hour: 1",
        "advice": "/mensagens?situacao=failed lists them with what to do.",
    }  # fmt: skip
    assert checks["alerts"]["reason"] == "raised: pending_jobs"
    for business in sent:
        assert str(business.organization) not in web.get("/readyz").text


@pytest.mark.parametrize(("service", "part"), [("postgrest", "supabase"), ("gateway", "gateway")])
def test_what_is_away_is_named_and_nothing_else(
    web: httpx.Client, sent: list[Business], stack: LocalStack, service: str, part: str
) -> None:
    stack.services[service].stop()
    try:
        answer = web.get("/readyz")
        assert web.get("/healthz").status_code == 200
        if part == "supabase":
            samples = scrape(web)
            assert value(samples, "aurora_up", part="supabase") == 0
            assert of_summaries(samples)["sent"] >= 3
            assert "aurora_last_sent_age_seconds" not in {name for name, _ in samples}
    finally:
        stack.services[service].start()
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    away = {name for name, check in checks.items() if check["needed"] and not check["ok"]}
    # what was applied to the database is in the database
    assert away == ({part, "migration"} if part == "supabase" else {part})
    assert checks[part]["reason"] and checks[part]["advice"]
    if part == "supabase":
        assert checks["instances"]["reason"] == "not known: Supabase cannot be asked"
    assert "127.0.0.1" not in answer.text


def test_a_part_that_hangs_is_waited_for_only_shortly(web: httpx.Client, stack: LocalStack) -> None:
    stack.services["valkey"].pause()
    try:
        since = time.monotonic()
        answer = web.get("/readyz")
        took = time.monotonic() - since
    finally:
        stack.services["valkey"].resume()
    assert took < 4
    checks = answer.json()["checks"]
    assert {name for name, check in checks.items() if check["needed"] and not check["ok"]} == {
        "redis", "scheduler", "workers",
    }  # fmt: skip


def test_a_job_that_is_planned_for_later_is_not_pending(web: httpx.Client, crew: Crew) -> None:
    before = value(scrape(web), "aurora_queue_pending_jobs")
    crew.redis.zadd("rq:scheduled:aurora-proactive", {"next week": crew.redis.time()[0] + 7 * 24 * 3600})
    samples = scrape(web)
    crew.redis.zrem("rq:scheduled:aurora-proactive", "next week")
    assert value(samples, "aurora_queue_pending_jobs") == before
    assert value(samples, "aurora_queue_jobs", state="scheduled") == 3
