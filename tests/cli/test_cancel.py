"""aurora cancel: what waits for its time is taken off the schedule, and nothing else."""

from __future__ import annotations

import json

import pytest
from rq.registry import ScheduledJobRegistry

from proactive.queue.rq_classes import JsonJob, JsonQueue
from sandbox.demo.fill import DemoBusiness
from tests.cli.conftest import Call, Run, refused

LATER = ("--at", "2031-01-01T09:00")


def waiting(queue: JsonQueue) -> set[str]:
    return set(ScheduledJobRegistry(queue=queue).get_job_ids())


def test_what_is_scheduled_is_cancelled_by_its_id(run: Run, to: Call, queue: JsonQueue) -> None:
    kept, gone = (run("enqueue", type_, *to, *LATER).out.strip() for type_ in ("birthdays", "daily_summary"))
    dry = run("aurora", "cancel", gone, "--dry-run")
    assert (dry.status, dry.out, waiting(queue)) == (0, f"{gone}\n", {kept, gone})
    ended = run("aurora", "cancel", gone)
    assert (ended.status, ended.out, ended.err) == (0, f"{gone}\n", "")
    assert waiting(queue) == {kept}
    assert not JsonJob.exists(gone, connection=queue.connection)
    refused(run("aurora", "cancel", gone), "there is no job")


def test_all_of_a_type_or_an_organisation_are_cancelled(
    run: Run, to: Call, demo: tuple[DemoBusiness, ...], queue: JsonQueue
) -> None:
    other = ("--organization", str(demo[1].organization_id), "--owner", str(demo[1].owner_number_id))
    mine, theirs = (run("enqueue", "birthdays", *whose, *LATER).out.strip() for whose in (to, other))
    summary = run("enqueue", "daily_summary", *to, *LATER).out.strip()
    everything = ("aurora", "cancel", "--all")
    would = json.loads(run(*everything, "--type", "birthdays", *to[:2], "--dry-run", "--json").out)
    assert would == {"would_cancel": [mine]}
    refused(run(*everything), "--yes is missing")
    assert waiting(queue) == {mine, theirs, summary}
    assert run(*everything, "--type", "birthdays", "--yes").status == 0
    assert waiting(queue) == {summary}
    assert json.loads(run(*everything, "--yes", "--json").out) == {"cancelled": [summary]}
    assert run(*everything).out == "No message waits for its time.\n"


@pytest.mark.parametrize(
    ("given", "says"),
    [(("nothing",), "there is no job"), (("x", "--all"), "goes without"), (("--type", "birthdays"), "go with --all"),
     (("--all", "--type", "x"), "unknown message type"), (("--all", "--organization", "x"), "not an id")],
)  # fmt: skip
def test_what_is_wrong_is_refused(run: Run, queue: JsonQueue, given: tuple[str, ...], says: str) -> None:
    refused(run("aurora", "cancel", *given), says)


def test_what_waits_on_the_queue_is_not_cancelled(run: Run, to: Call, queue: JsonQueue) -> None:
    job = run("enqueue", "birthdays", *to).out.strip()
    refused(run("aurora", "cancel", job), "only those can be cancelled")
    assert queue.get_job_ids() == [job]
