"""Every row of the specification's failure table, with the Procfile's own processes on the real stack.

All scenarios are enqueued at once, because a retry takes 10 and 20 seconds; each test then looks at its own.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
from rq.job import Job

from proactive.queue.enqueue import enqueue
from proactive.queue.inspection import QueueInspection
from proactive.queue.rq_classes import JsonJob, JsonQueue
from sandbox.processes import ROOT, Processes
from tests.support.own_words import true_and
from tests.support.tasks import campaign, summary
from tests.support.world import Business, World, eventually, fresh_redis, log_lines

pytestmark = pytest.mark.timeout(240)

SETTLED = 110.0


#: Failures in Evolution's own words before anything was sent: tried again, and sent once.
OWN_WORDS = [("starting_up", None), ("database_away", None), ("number_timed_out", None), ("fail", 500)]
#: Failures after the message went out, in no words that say so: looked up, never sent again.
NO_WORDS = ["proxy_after_accept", "html_after_accept", "timed_out", "drip_body"]
#: What surely sent nothing: waited for, whatever the attempt.
WAITED_FOR = ["unauthorized", "license_required"]


class Scenarios:
    """The businesses by scenario, the jobs that were enqueued for them, and everything's outcome."""

    def __init__(self, world: World, processes: Processes, client: redis.Redis, environment: dict[str, str]) -> None:
        self.world, self.processes, self.redis, self.environment = world, processes, client, environment
        self.queue = JsonQueue(connection=client)
        self.businesses: dict[str, Business] = {}
        self.jobs: dict[str, list[str]] = {}
        self.versions: dict[str, str] = {}

    def add(self, name: str, business: Business, misbehaviour: dict[str, Any] | None = None, times: int = 1) -> None:
        self.businesses[name] = business
        if misbehaviour:
            self.world.sandbox.misbehave(instance=business.instance, **misbehaviour)
        self.jobs[name] = [enqueue(self.queue, summary(business)).id for _ in range(times)]

    def outcome(self, name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Job]:
        """The scenario's records, the messages that the gateway accepted, and its first job."""
        business = self.businesses[name]
        job = JsonJob.fetch(self.jobs[name][0], connection=self.redis)
        return self.world.records(business), self.world.received(business), job

    def attempts(self, name: str) -> list[dict[str, Any]]:
        return self.world.sandbox.attempts(instance=self.businesses[name].instance)

    def settled(self) -> bool:
        jobs = JsonJob.fetch_many([job for jobs in self.jobs.values() for job in jobs], connection=self.redis)
        return all(job is not None and job.get_status(refresh=False) in ("finished", "failed") for job in jobs)


@pytest.fixture(scope="module")
def scenarios(world: World, folder: Path) -> Iterator[Scenarios]:
    environment = world.stack.environment() | {"GATEWAY_TIMEOUT": "2"}
    client = fresh_redis(environment["REDIS_URL"])
    world.forget_the_past()
    # no scheduler: on a stack with history it would rightly catch up on summaries that these tests do not expect
    only = ("worker1", "worker2", "worker3")
    with Processes(folder, environment, only) as processes:
        world.sandbox.behave()
        all_of_them = Scenarios(world, processes, client, environment)
        fill(all_of_them, world)
        eventually(all_of_them.settled, SETTLED, "every job ended")
        yield all_of_them
    world.sandbox.behave()


def fill(scenarios: Scenarios, world: World) -> None:
    add: Callable[..., None] = scenarios.add
    add("sent", world.business())
    for name, more in (("own words", "Bom descanso!"), ("own words that lie", "Amanhã tem 5 agendamentos")):
        business, source = world.business(), true_and("daily_summary", more).source
        scenarios.versions[name] = str(world.publish(business, "daily_summary", source))
        add(name, business)
    add("twice", world.business(), times=3)
    add("never lived", world.business(status=None))
    add("product says disconnected", world.business(status="disconnected"))
    add("gateway says disconnected", world.business(), {"how": "disconnected"})
    add("no phone", world.business(phone=None))
    add("bad phone", world.business(phone="999998888"))
    add("switched off", world.business(enabled=False))
    add("not on WhatsApp", world.business(), {"how": "refuse_number"})
    add("fails once", world.business(), {"how": "fail", "times": 1})
    for name in ("fails always", "fails until it is mended"):
        add(name, world.business(), {"how": "fail"})
    add("fails after accepting", world.business(), {"how": "fail_after_accept", "times": 1})
    add("drops after accepting", world.business(), {"how": "drop_after_accept", "times": 1})
    for name in ("drops before accepting", "drops, and is resent"):
        add(name, world.business(), {"how": "drop_before_accept", "times": 1})
    add("hangs after accepting", world.business(), {"how": "hang", "times": 1, "seconds": 6})
    add("throttled", world.business(), {"how": "throttle", "times": 1})
    for how, status in OWN_WORDS:
        add(f"{how} {status}", world.business(), {"how": how, "times": 1} | ({"status": status} if status else {}))
    for how in NO_WORDS:
        add(how, world.business(), {"how": how, "times": 1})
    for how in WAITED_FOR:
        add(how, world.business(), {"how": how, "times": 1})
    add("connecting for 8 s", world.business(), {"how": "connecting", "times": 1, "seconds": 8})
    add("back on the same day", world.business(status="disconnected"))
    nobody = world.business()
    scenarios.businesses["nobody"] = nobody
    scenarios.jobs["nobody"] = [enqueue(scenarios.queue, summary(nobody, owner=uuid4())).id]
    busy = world.business()
    scenarios.businesses["busy"] = busy
    scenarios.jobs["busy"] = [enqueue(scenarios.queue, campaign(busy)).id for _ in range(23)]
    add("behind the busy one", world.business())


def test_a_message_arrives_once_and_its_record_says_so(scenarios: Scenarios) -> None:
    (row,), (message,), job = scenarios.outcome("sent")
    assert row["status"] == "sent"
    assert row["sent_at"] is not None
    assert row["error_message"] is None
    assert row["content"] == message["text"]
    assert row["metadata"]["gateway_message_id"] == message["gateway_message_id"]
    assert row["metadata"]["attempts"] == 1
    assert row["metadata"]["composer"] == "layout"
    assert row["metadata"]["facts"]["bookings"] == 0
    assert "claim" not in row["metadata"]
    assert message["number"] == f"55{scenarios.businesses['sent'].phone}"
    assert job.func_name == "proactive.jobs.daily_summary.run"
    assert job.return_value() == "sent"


def test_a_businesss_own_words_go_out_where_they_are_true_and_else_the_house_text(scenarios: Scenarios) -> None:
    (row,), (message,), _ = scenarios.outcome("own words")
    assert row["content"] == message["text"]
    assert row["content"].startswith("Agendamentos: 0\nReceita: R$ 0,00\n")
    assert row["metadata"]["template"] == scenarios.versions["own words"]
    assert not {"fallback", "template_failed"} & row["metadata"].keys()
    (row,), (message,), _ = scenarios.outcome("own words that lie")
    assert message["text"].startswith("Olá! Aqui está o resumo do seu dia 📊")
    assert row["metadata"]["template"] == scenarios.versions["own words that lie"]
    assert (row["metadata"]["template_failed"], row["metadata"]["fallback"]) == (True, "template: other_number")


def test_the_same_occurrence_enqueued_three_times_is_sent_once(scenarios: Scenarios) -> None:
    rows, messages, _ = scenarios.outcome("twice")
    assert len(rows) == len(messages) == 1
    results = [JsonJob.fetch(job, connection=scenarios.redis).return_value() for job in scenarios.jobs["twice"]]
    assert sorted(map(str, results)) == ["already_sent", "already_sent", "sent"]


@pytest.mark.parametrize("name", ["never lived", "product says disconnected", "gateway says disconnected"])
def test_a_disconnected_instance_is_recorded_as_failed_without_retry(scenarios: Scenarios, name: str) -> None:
    (row,), messages, job = scenarios.outcome(name)
    assert row["status"] == "failed"
    assert "disconnected" in row["error_message"]
    assert messages == []
    assert job.is_finished
    assert row["metadata"]["attempts"] == 1


@pytest.mark.parametrize("name", ["no phone", "bad phone", "switched off", "nobody"])
def test_an_owner_who_cannot_receive_gets_nothing_and_a_warning_is_logged(scenarios: Scenarios, name: str) -> None:
    rows, messages, job = scenarios.outcome(name)
    assert rows == messages == []
    assert job.return_value() == "skipped"
    warnings = [line for line in log_lines(scenarios.processes) if line.get("jobId") == job.id]
    assert [line["level"] for line in warnings] == ["WARNING"]
    assert warnings[0]["action"] == "skipped"


def test_a_number_that_is_not_on_whatsapp_fails_with_the_gateways_reason(scenarios: Scenarios) -> None:
    (row,), messages, job = scenarios.outcome("not on WhatsApp")
    assert row["status"] == "failed"
    assert "not on WhatsApp" in row["error_message"]
    assert messages == []
    assert job.is_finished
    assert len(scenarios.attempts("not on WhatsApp")) == 1


def test_a_gateway_that_fails_once_is_tried_again_and_sends_once(scenarios: Scenarios) -> None:
    (row,), messages, _ = scenarios.outcome("fails once")
    assert row["status"] == "sent"
    assert row["metadata"]["attempts"] == 2
    assert len(messages) == 1


def test_a_gateway_that_always_fails_is_tried_three_times_in_all(scenarios: Scenarios) -> None:
    (row,), messages, job = scenarios.outcome("fails always")
    assert row["status"] == "failed"
    assert row["error_message"]
    assert row["metadata"]["attempts"] == 3
    assert messages == []
    assert job.is_failed
    moments = [attempt["at"] for attempt in scenarios.attempts("fails always")]
    assert len(moments) == 3
    assert 10 <= moments[1] - moments[0] <= 16
    assert 20 <= moments[2] - moments[1] <= 28


def test_a_gateway_that_fails_after_accepting_is_asked_before_it_is_tried_again(scenarios: Scenarios) -> None:
    (row,), messages, _ = scenarios.outcome("fails after accepting")
    assert row["status"] == "sent"
    assert [message["gateway_message_id"] for message in messages] == [row["metadata"]["gateway_message_id"]]


@pytest.mark.parametrize("name", ["drops after accepting", "hangs after accepting"])
def test_a_lost_connection_is_settled_by_asking_the_gateway(scenarios: Scenarios, name: str) -> None:
    (row,), messages, _ = scenarios.outcome(name)
    assert row["status"] == "sent"
    assert [message["gateway_message_id"] for message in messages] == [row["metadata"]["gateway_message_id"]]
    assert len(scenarios.attempts(name)) == 1


@pytest.mark.parametrize(("how", "status"), OWN_WORDS)
def test_a_failure_in_the_gateways_own_words_is_tried_again_and_sends_once(
    scenarios: Scenarios, how: str, status: int | None
) -> None:
    (row,), messages, _ = scenarios.outcome(f"{how} {status}")
    assert (row["status"], row["metadata"]["attempts"], len(messages)) == ("sent", 2, 1)


@pytest.mark.parametrize("how", NO_WORDS)
def test_what_went_out_and_was_answered_in_other_words_is_found_and_never_sent_again(
    scenarios: Scenarios, how: str
) -> None:
    (row,), messages, _ = scenarios.outcome(how)
    assert row["status"] == "sent"
    assert [message["gateway_message_id"] for message in messages] == [row["metadata"]["gateway_message_id"]]
    assert len(scenarios.attempts(how)) == 1


@pytest.mark.parametrize("how", WAITED_FOR)
def test_what_is_our_configuration_waits_without_an_attempt_and_operators_are_told(
    scenarios: Scenarios, how: str
) -> None:
    (row,), messages, _ = scenarios.outcome(how)
    assert (row["status"], row["metadata"]["attempts"], len(messages)) == ("sent", 1, 1)
    told = [line for line in log_lines(scenarios.processes) if line.get("action") == "gateway_misconfigured"]
    assert len(told) == len(WAITED_FOR)


def test_a_message_for_a_connecting_instance_waits_without_an_attempt(scenarios: Scenarios) -> None:
    (row,), messages, _ = scenarios.outcome("connecting for 8 s")
    assert (row["status"], row["metadata"]["attempts"], len(messages)) == ("sent", 1, 1)


def test_a_message_of_a_disconnected_instance_goes_out_when_it_is_back(scenarios: Scenarios) -> None:
    business = scenarios.businesses["back on the same day"]
    (row,) = scenarios.world.records(business)
    assert (row["status"], row["metadata"]["failure"]["code"]) == ("failed", "instance_disconnected")
    scenarios.world.connect(business)
    eventually(lambda: scenarios.world.records(business)[0]["status"] == "sent", 40, "the message of today")
    (row,) = scenarios.world.records(business)
    assert [earlier["code"] for earlier in row["metadata"]["earlier_failures"]] == ["instance_disconnected"]
    assert len(scenarios.world.received(business)) == 1


def test_what_cannot_be_settled_fails_as_unknown_and_is_never_sent_again(scenarios: Scenarios) -> None:
    (row,), messages, job = scenarios.outcome("drops before accepting")
    assert row["status"] == "failed"
    assert row["error_message"].startswith("delivery unknown")
    assert messages == []
    assert len(scenarios.attempts("drops before accepting")) == 1
    assert job.is_finished


def test_a_throttled_instance_waits_and_then_sends_once(scenarios: Scenarios) -> None:
    (row,), messages, _ = scenarios.outcome("throttled")
    assert row["status"] == "sent"
    assert len(messages) == 1
    first, second = (attempt["at"] for attempt in scenarios.attempts("throttled"))
    assert second - first >= 30


def test_no_more_than_twenty_in_any_sixty_seconds_leave_one_instance(scenarios: Scenarios) -> None:
    rows, messages, _ = scenarios.outcome("busy")
    assert [row["status"] for row in rows] == ["sent"] * 23
    moments = sorted(message["accepted_at"] for message in messages)
    assert len(moments) == 23
    assert all(later - earlier > 60 for earlier, later in zip(moments, moments[20:], strict=False))


def test_a_busy_organisation_delays_no_other(scenarios: Scenarios) -> None:
    (row,), _, job = scenarios.outcome("behind the busy one")
    assert row["status"] == "sent"
    assert job.ended_at is not None
    assert job.enqueued_at is not None
    assert (job.ended_at - job.enqueued_at).total_seconds() < 20


def test_logs_tell_the_outcome_and_hold_no_number_and_no_text(scenarios: Scenarios) -> None:
    lines = log_lines(scenarios.processes)
    messages = {line["message"] for line in lines}
    assert {"Proactive message processed successfully", "Error processing proactive message"} <= messages
    (sent,) = [line for line in lines if line.get("jobId") == scenarios.jobs["sent"][0]]
    assert sent["type"] == "daily_summary"
    assert sent["organizationId"] == str(scenarios.businesses["sent"].organization)
    assert sent["action"] == "sent"
    assert sent["messageId"] == str(scenarios.outcome("sent")[0][0]["id"])
    log = scenarios.processes.service.log.read_text()
    assert not re.search(r"(55)?119\d{8}", log)
    assert "resumo do seu dia" not in log
    assert scenarios.environment["SUPABASE_SERVICE_ROLE_KEY"] not in log
    assert scenarios.environment["WHATSAPP_API_KEY"] not in log


def test_a_failed_message_is_sent_again_when_somebody_says_so(scenarios: Scenarios) -> None:
    scenarios.world.sandbox.behave()
    failed = scenarios.jobs["fails until it is mended"][0]
    assert failed in [job.id for job in QueueInspection(scenarios.queue).jobs("failed")]
    done = script("jobs.py", "--requeue", failed, environment=scenarios.environment)
    assert done.returncode == 0, done.stderr
    business = scenarios.businesses["fails until it is mended"]
    eventually(lambda: scenarios.world.records(business)[0]["status"] == "sent", 20, "the requeued message")
    assert len(scenarios.world.received(business)) == 1
    assert scenarios.world.records(business)[0]["error_message"] is None


def test_an_unknown_delivery_is_sent_again_only_deliberately(scenarios: Scenarios) -> None:
    business = scenarios.businesses["drops, and is resent"]
    (row,) = scenarios.world.records(business)
    done = script("jobs.py", "--resend", str(row["id"]), environment=scenarios.environment)
    assert done.returncode == 0, done.stderr
    eventually(lambda: scenarios.world.records(business)[0]["status"] == "sent", 20, "the resent message")
    assert len(scenarios.world.received(business)) == 1


def script(name: str, *arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script as a person would, without a terminal."""
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / name), *arguments],
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
