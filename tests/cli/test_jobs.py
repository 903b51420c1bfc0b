"""scripts/jobs.py: what there is, sending it again, and every script's help."""

from __future__ import annotations

import datetime as dt
import json
from uuid import uuid4

import pytest
from rq.job import Job, JobStatus
from rq.suspension import resume, suspend

from proactive.queue.job_view import STATES
from proactive.queue.rq_classes import JsonJob, JsonQueue
from proactive.schedule.scheduler import CronSchedule
from sandbox.demo.fill import DemoBusiness
from tests.cli.conftest import ROOT, Call, Run, processes, refused

SCRIPTS = sorted(path.name for path in (ROOT / "scripts").glob("*.py") if not path.name.startswith("_"))
NOON = dt.datetime(2031, 1, 6, 15, tzinfo=dt.UTC)


def test_every_script_explains_itself_with_examples(environment: dict[str, str]) -> None:
    assert {"enqueue.py", "preview.py", "jobs.py", "schedule.py"} <= set(SCRIPTS)
    for name, ended in zip(SCRIPTS, processes(environment, [(name, "--help") for name in SCRIPTS]), strict=True):
        assert (ended.status, ended.err) == (0, ""), name
        assert f"python scripts/{name}" in ended.out.partition("examples:")[2], name


def failed(queue: JsonQueue, name: str) -> Job:
    """A job without a message behind it that failed for good."""
    job = queue.create_job("os.getcwd", job_id=name, status=JobStatus.FAILED)
    job.retries_left = 0
    job.save()
    queue.failed_job_registry.add(job, ttl=1000)
    return job


def test_the_queue_shows_its_counts_and_its_jobs(run: Run, to: Call, queue: JsonQueue) -> None:
    waiting = run("enqueue", "birthdays", *to).out.strip()
    later = run("enqueue", "birthdays", *to, "--at", "2031-01-01T09:00").out.strip()
    failed(queue, "lost-cause")
    table = run("jobs")
    assert table.status == 0
    assert "waiting 1  scheduled 1  active 0  completed 0  failed 1" in table.out
    for job_id in (waiting, later, "lost-cause"):
        assert job_id in table.out
    shown = json.loads(run("jobs", "--json").out)
    assert shown["counts"] == {"waiting": 1, "scheduled": 1, "active": 0, "completed": 0, "failed": 1}
    assert {(job["state"], job["id"]) for job in shown["jobs"]} == {
        ("waiting", waiting), ("scheduled", later), ("failed", "lost-cause"),
    }  # fmt: skip
    only = json.loads(run("jobs", "--json", "--state", "failed").out)["jobs"]
    assert [job["id"] for job in only] == ["lost-cause"]


def test_names_stand_beside_ids_and_are_left_out_where_supabase_is_away(
    run: Run, environment: dict[str, str], to: Call, shop: DemoBusiness, queue: JsonQueue
) -> None:
    job = run("enqueue", "birthdays", *to).out.strip()
    assert f"({shop.name})" in run("jobs").out
    (shown,) = json.loads(run("aurora", "jobs", "--json").out)["jobs"]
    assert (shown["type"], shown["organization_id"]) == ("birthdays", str(shop.organization_id))
    (away,) = processes(environment, [("jobs.py",)], SUPABASE_URL="http://127.0.0.1:1")
    assert away.status == 0 and job in away.out and "(names are left out: " in away.err


def test_all_that_failed_is_shown_before_it_is_requeued(run: Run, queue: JsonQueue) -> None:
    for name in ("one", "two"):
        failed(queue, name)
    assert sorted(run("aurora", "jobs", "requeue", "--all", "--dry-run").out.split()) == ["one", "two"]
    assert queue.count == 0
    refused(run("aurora", "jobs", "requeue", "one", "--all"), "exclude each other")
    assert json.loads(run("aurora", "jobs", "requeue", "one", "--json").out) == {"requeued": ["one"]}


def test_suspended_workers_are_told(run: Run, queue: JsonQueue) -> None:
    suspend(queue.connection)
    try:
        assert "The workers are suspended: `rq resume` lets them go on." in run("jobs").out
        assert json.loads(run("jobs", "--json").out)["suspended"] is True
    finally:
        resume(queue.connection)
    assert "suspended" not in run("jobs").out


def test_an_empty_queue_is_no_mistake(run: Run, queue: JsonQueue) -> None:
    assert json.loads(run("jobs", "--json").out) == {"counts": dict.fromkeys(STATES, 0), "jobs": []}
    assert run("jobs").status == 0


def test_no_more_jobs_of_a_state_are_shown_than_asked_for(run: Run, queue: JsonQueue) -> None:
    for place in range(5):
        failed(queue, f"lost-{place}")
    assert len(json.loads(run("jobs", "--json", "--limit", "3").out)["jobs"]) == 3


def test_failed_jobs_are_requeued_one_or_all_with_all_their_attempts(run: Run, queue: JsonQueue) -> None:
    for name in ("one", "two", "three"):
        failed(queue, name)
    assert run("jobs", "--requeue", "two").out == "two\n"
    assert queue.get_job_ids() == ["two"]
    assert JsonJob.fetch("two", connection=queue.connection).retries_left == 2
    assert sorted(run("jobs", "--requeue-all").out.split()) == ["one", "three"]
    assert sorted(queue.get_job_ids()) == ["one", "three", "two"]
    assert queue.failed_job_registry.count == 0


def test_what_cannot_be_sent_again_is_refused(run: Run, queue: JsonQueue) -> None:
    waiting = queue.enqueue("os.getcwd")
    refused(run("jobs", "--requeue", "nothing"), "there is no job nothing")
    refused(run("jobs", "--requeue", waiting.id), "has not failed")
    refused(run("jobs", "--resend", "x"), "--resend is not an id")
    refused(run("jobs", "--resend", str(uuid4())), "no failed message of that id")
    refused(run("jobs", "--state", "lost"), "--state")
    assert queue.get_job_ids() == [waiting.id]


def test_the_scripts_themselves_do_so(environment: dict[str, str], queue: JsonQueue, schedule: CronSchedule) -> None:
    schedule.register(["America/Manaus"], NOON)
    shown, listed = processes(environment, [("jobs.py", "--json"), ("schedule.py", "--list")])
    assert json.loads(shown.out)["counts"]["waiting"] == 0
    assert listed.out.count("America/Manaus") == 5
    assert {shown.status, listed.status} == {0}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--requeue", ""),
        ("--requeue", "a b"),
        ("--requeue", "x:y\n"),
        ("--requeue", "ü" * 300),
        ("--requeue", "\udcff"),
        ("--resend", ""),
        ("--resend", "x"),
        ("--limit", "0"),
        ("--limit", "-1"),
        ("--limit", "9" * 5000),
        ("--limit", "1e3"),
        ("--limit", "99999999999999999999"),
        ("--state", ""),
        ("--state", "FAILED"),
    ],
)
def test_odd_arguments_are_told_in_a_sentence(run: Run, arguments: tuple[str, ...]) -> None:
    refused(run("jobs", *arguments))
