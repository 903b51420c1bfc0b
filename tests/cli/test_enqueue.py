"""scripts/enqueue.py: what is asked for is on the queue, and what is wrong never gets there."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from rq.registry import ScheduledJobRegistry

from proactive.model.task import Task
from proactive.queue.rq_classes import JsonJob, JsonQueue
from sandbox.demo.fill import DemoBusiness
from sandbox.stack import LocalStack
from tests.cli.conftest import Call, Run, processes, refused

NOBODY = "3f1e9c6a-0d2b-4c57-9a55-0c1f6a8f2b11"
CAMPAIGN = ("--campaign-type", "promocional", "--audience", "vip")


def task_of(queue: JsonQueue, job_id: str) -> Task:
    job = JsonJob.fetch(job_id, connection=queue.connection)
    kind = str(job.func_name).split(".")[-2]
    assert job.func_name == f"proactive.jobs.{kind}.run"
    return Task.model_validate({"type": kind} | job.kwargs)


def test_a_message_by_hand_is_on_the_queue_under_the_id_that_is_printed(
    run: Run, to: Call, shop: DemoBusiness, queue: JsonQueue
) -> None:
    ended = run("enqueue", "daily_summary", *to)
    assert (ended.status, ended.err) == (0, "")
    assert queue.get_job_ids() == [ended.out.strip()]
    task = task_of(queue, ended.out.strip())
    assert task.type == "daily_summary"
    assert (task.organization_id, task.recipient.id) == (shop.organization_id, shop.owner_number_id)
    assert (task.timezone, task.by_hand, task.data) == (shop.timezone, True, {})
    assert dt.date.fromisoformat(task.key)


def test_the_product_queues_name_of_a_type_is_taken(run: Run, to: Call, queue: JsonQueue) -> None:
    assert task_of(queue, run("enqueue", "daily-summary", *to).out.strip()).type == "daily_summary"


def test_the_same_twice_by_hand_is_two_jobs_of_one_occurrence(run: Run, to: Call, queue: JsonQueue) -> None:
    first, second = (run("enqueue", "birthdays", *to).out.strip() for _ in range(2))
    assert first != second
    assert task_of(queue, first).occurrence == task_of(queue, second).occurrence


def test_a_campaign_takes_its_options_or_camel_case_or_snake_case(run: Run, to: Call, queue: JsonQueue) -> None:
    wanted = {"campaign_type": "promocional", "target_audience": "vip", "message": "Só hoje: 20%"}
    for given in (
        (*CAMPAIGN, "--message", "Só hoje: 20%"),
        ("--data", '{"campaignType": "promocional", "targetAudience": "vip", "message": "Só hoje: 20%"}'),
        ("--data", '{"campaign_type": "promocional", "target_audience": "vip", "message": "Só hoje: 20%"}'),
        ("--data", '{"campaign_type": "x", "target_audience": "all", "message": "x"}', *CAMPAIGN,
         "--message", "Só hoje: 20%"),
    ):  # fmt: skip
        ended = run("enqueue", "custom_campaign", *to, *given)
        assert ended.status == 0, ended.err
        assert task_of(queue, ended.out.strip()).data == wanted


def test_each_campaign_is_an_occurrence_of_its_own(run: Run, to: Call, queue: JsonQueue) -> None:
    keys = {task_of(queue, run("enqueue", "custom_campaign", *to, *CAMPAIGN).out.strip()).key for _ in range(2)}
    assert len({UUID(key) for key in keys}) == 2


def test_days_of_inactivity_travel_with_the_job(run: Run, to: Call, queue: JsonQueue) -> None:
    ended = run("enqueue", "inactive_clients", *to, "--data", '{"days": 45}')
    assert task_of(queue, ended.out.strip()).data == {"days": 45}


def test_at_puts_it_on_the_schedule_in_the_organisations_own_time(
    run: Run, demo: tuple[DemoBusiness, ...], queue: JsonQueue
) -> None:
    noronha = next(business for business in demo if business.timezone == "America/Noronha")
    to = ("--organization", str(noronha.organization_id), "--owner", str(noronha.owner_number_id))
    registry = ScheduledJobRegistry(queue=queue)
    for when in ("2031-01-01T23:30", "2031-01-02T01:30Z", "2031-01-01T22:30-03:00"):
        job_id = run("enqueue", "birthdays", *to, "--at", when).out.strip()
        due = dt.datetime(2031, 1, 2, 1, 30, tzinfo=dt.UTC)
        assert registry.get_scheduled_time(job_id) == due
        task = task_of(queue, job_id)
        assert (task.key, task.scheduled_for) == ("2031-01-01", due)
    assert queue.count == 0


def test_all_is_every_enabled_owner_of_active_organisations(
    run: Run, demo: tuple[DemoBusiness, ...], queue: JsonQueue, stack: LocalStack
) -> None:
    with psycopg.connect(stack.dsn) as connection:
        enabled = connection.execute(
            "select w.id, w.organization_id from owner_numbers w join organizations o on o.id = w.organization_id"
            " where w.aurora_enabled and o.is_active"
        ).fetchall()
    ended = run("enqueue", "birthdays", "--all")
    tasks = [task_of(queue, job_id) for job_id in ended.out.split()]
    assert sorted((task.recipient.id, task.organization_id) for task in tasks) == sorted(enabled)
    zones = {task.organization_id: task.timezone for task in tasks}
    assert [zones[business.organization_id] for business in demo] == [business.timezone for business in demo]


def test_all_of_one_organisation_is_its_owners_only(run: Run, shop: DemoBusiness, queue: JsonQueue) -> None:
    ended = run("enqueue", "birthdays", "--all", "--organization", str(shop.organization_id))
    assert [task_of(queue, job_id).recipient.id for job_id in ended.out.split()] == [shop.owner_number_id]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("weekly_summary",), ("unknown message type", "daily_summary")),
        (("daily_summary", "--data", "{days: 45}"), ("--data is not JSON", "column 2")),
        (("daily_summary", "--data", "[1]"), ("--data must be a JSON object",)),
        (("daily_summary", "--data", '{"days": 45}'), ("days",)),
        (("inactive_clients", "--data", '{"days": 0}'), ("days", "greater than or equal to 1")),
        (("inactive_clients", "--data", '{"days": 3651}'), ("days", "3650")),
        (("inactive_clients", "--data", '{"dias": 30}'), ("dias",)),
        (("custom_campaign", "--audience", "vip"), ("--campaign-type TEXT is missing",)),
        (("custom_campaign", "--campaign-type", "natal"), ("--audience inactive|vip|all is missing",)),
        (("custom_campaign", "--campaign-type", "x", "--audience", "todos"), ("targetAudience", "'vip'")),
        (("custom_campaign", *CAMPAIGN, "--message", ""), ("message",)),
        (("daily_summary", "--campaign-type", "natal"), ("campaignType",)),
        (("birthdays", "--at", "yesterday"), ("--at should look like",)),
        (("birthdays", "--at", "25:00"), ("--at should look like",)),
        (("birthdays", "--at", "2020-01-01T09:00"), ("--at is in the past",)),
        (("birthdays", "--at", "2020-01-01T09:00Z"), ("--at is in the past",)),
        (("birthdays", "--all"), ("--all and --owner exclude each other",)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_is_not_usable_is_refused_with_a_sentence_and_never_enqueued(
    run: Run, to: Call, queue: JsonQueue, arguments: Call, named: Call
) -> None:
    refused(run("enqueue", *arguments, *to), *named)
    assert queue.connection.dbsize() == 0


def test_whom_it_is_for_is_said_to_be_missing_wrong_or_unknown(
    run: Run, shop: DemoBusiness, demo: tuple[DemoBusiness, ...], queue: JsonQueue
) -> None:
    organization, owner = str(shop.organization_id), str(shop.owner_number_id)
    refused(run("enqueue", "birthdays"), "--organization ID is missing")
    refused(run("enqueue", "birthdays", "--organization", organization), "--owner ID is missing")
    refused(run("enqueue", "birthdays", "--organization", "org-123", "--owner", owner), "--organization is not an id")
    refused(run("enqueue", "birthdays", "--organization", organization, "--owner", "x"), "--owner is not an id")
    refused(run("enqueue", "birthdays", "--organization", NOBODY, "--owner", owner), "no organisation of that id")
    refused(run("enqueue", "birthdays", "--organization", organization, "--owner", NOBODY), "no owner of that id")
    anothers = str(demo[1].owner_number_id)
    refused(run("enqueue", "birthdays", "--organization", organization, "--owner", anothers), "no owner of that id")
    refused(run("enqueue", "birthdays", "--all", "--organization", "org-123"), "--organization is not an id")
    assert queue.connection.dbsize() == 0


def test_the_script_itself_does_so_from_any_folder(
    environment: dict[str, str], to: Call, queue: JsonQueue, tmp_path: Path
) -> None:
    good, without_owner, bad = processes(
        environment,
        [
            ("enqueue.py", "custom_campaign", *to, *CAMPAIGN),
            ("enqueue.py", "custom_campaign", *CAMPAIGN),
            ("enqueue.py", "custom_campaign", *to, "--data", "nonsense"),
        ],
        tmp_path,
    )
    assert (good.status, good.err) == (0, "")
    assert queue.get_job_ids() == [good.out.strip()]
    refused(without_owner, "--organization ID is missing")
    refused(bad, "--data is not JSON")


def test_a_service_that_is_away_is_one_sentence_and_status_1(environment: dict[str, str], to: Call) -> None:
    call = [("enqueue.py", "birthdays", *to)]
    (no_redis,) = processes(environment, call, REDIS_URL="redis://127.0.0.1:1/0")
    (no_supabase,) = processes(environment, call, SUPABASE_URL="http://127.0.0.1:1")
    for ended in (no_redis, no_supabase):
        assert (ended.status, ended.out) == (1, "")
        assert len(ended.err.strip().splitlines()) == 1, ended.err
    assert "Redis could not be used" in no_redis.err
    assert "could not be" in no_supabase.err


def test_a_setting_that_is_not_usable_is_named(environment: dict[str, str], to: Call) -> None:
    (ended,) = processes(environment, [("enqueue.py", "birthdays", *to)], RATE_LIMIT=f"{uuid4()}")
    refused(ended, "RATE_LIMIT is not usable")


def ended(database: psycopg.Connection[Any], run: Run, to: Call, queue: JsonQueue, status: str) -> str:
    """The id of today's birthdays message, which ended so."""
    task = task_of(queue, run("enqueue", "birthdays", *to).out.strip())
    queue.connection.flushall()
    database.execute(
        "insert into aurora_proactive_messages (id, organization_id, owner_number_id, message_type, status, sent_at,"
        " error_message) values (%s, %s, %s, 'birthdays', %s, now() at time zone 'utc', 'the gateway was away')",
        [task.occurrence.id, task.organization_id, task.recipient.id, status],
    )
    return str(task.occurrence.id)


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [("sent", 0, "was sent already at "), ("failed", 1, "failed already (the gateway was away); to send it again: "
                                                        "aurora messages resend ")],
)  # fmt: skip
def test_what_ended_already_is_said_and_not_enqueued(
    run: Run, to: Call, shop: DemoBusiness, queue: JsonQueue, database: psycopg.Connection[Any], status: str, code: int,
    says: str,
) -> None:  # fmt: skip
    message = ended(database, run, to, queue, status)
    try:
        said = run("enqueue", "birthdays", *to)
        assert (said.status, said.out) == (code, "")
        assert says in said.err and message in said.err and shop.name in said.err
        told = json.loads(run("aurora", "enqueue", "birthdays", *to, "--json").out)
        assert told["enqueued"] == [] and told["ended_already"][0]["message_id"] == message
        assert (
            run("aurora", "enqueue", "birthdays", *to, "--dry-run").out.splitlines()[1].startswith("1 more were sent")
        )
        assert queue.count == 0
    finally:
        database.execute("delete from aurora_proactive_messages where id = %s", [message])


def test_a_dry_run_names_everybody_and_does_nothing(run: Run, demo: tuple[DemoBusiness, ...], queue: JsonQueue) -> None:
    asked = ("aurora", "enqueue", "birthdays", "--all", "--at", "2031-01-01T09:00", "--dry-run")
    shown = run(*asked)
    assert shown.status == 0
    assert all(str(business.owner_number_id) in shown.out and business.name in shown.out for business in demo)
    would = json.loads(run(*asked, "--json").out)["would_enqueue"]
    assert {each["owner_number_id"] for each in would} >= {str(business.owner_number_id) for business in demo}
    assert queue.connection.dbsize() == 0


NESTED, LONG = "[" * 20_000 + "]" * 20_000, '{"days": ' + "9" * 5_000 + "}"


@pytest.mark.parametrize(
    "arguments",
    [
        ("birthdays", "--all", "--at", "9999-12-31T23:59"),
        ("birthdays", "--all", "--at", "0001-01-01T00:00"),
        ("birthdays", "--all", "--at", "9999-12-31T23:59-23:59"),
        ("birthdays", "--all", "--at", ""),
        ("birthdays", "--all", "--organization", ""),
        ("birthdays", "--organization", "", "--owner", ""),
        ("inactive_clients", "TO", "--data", NESTED),
        ("inactive_clients", "TO", "--data", LONG),
        ("inactive_clients", "TO", "--data", '{"days": NaN}'),
        ("inactive_clients", "TO", "--data", '{"days": 1e999}'),
        ("inactive_clients", "TO", "--data", '{"days": null}'),
        ("inactive_clients", "TO", "--data", '{"days": 1e30}'),
        ("inactive_clients", "TO", "--data", '{"days": [30]}'),
        ("inactive_clients", "TO", "--data", '{"\\ud800": 1}'),
        ("inactive_clients", "TO", "--data", ""),
        ("daily_summary", "TO", "--data", '{"days": 30}'),
        ("", "TO"),
        ("\udcff", "TO"),
        ("daily_summary\n", "TO"),
        ("custom_campaign", "TO", *CAMPAIGN, "--message", "x\udcff"),
        ("custom_campaign", "TO", *CAMPAIGN, "--message", ""),
        ("custom_campaign", "TO", *CAMPAIGN, "--message", "x" * 1501),
        ("custom_campaign", "TO", "--campaign-type", " ", "--audience", "vip"),
        ("custom_campaign", "TO", "--campaign-type", "x", "--audience", "VIP "),
        ("custom_campaign", "TO", "--data", '{"campaignType": "\\u0000", "targetAudience": "vip"}'),
        ("custom_campaign", "TO", "--data", '{"campaignType": "\\ud83d", "targetAudience": "vip"}'),
        ("custom_campaign", "TO", "--data", '{"campaignType": {}, "targetAudience": 5, "message": []}'),
    ],
)
def test_odd_arguments_are_told_in_a_sentence_and_enqueue_nothing(
    run: Run, to: Call, queue: JsonQueue, arguments: tuple[str, ...]
) -> None:
    given = [part for argument in arguments for part in (to if argument == "TO" else (argument,))]
    ended = run("enqueue", *given)
    refused(ended)
    assert len(ended.err) < 1000
    assert queue.count == 0
    assert ScheduledJobRegistry(queue=queue).count == 0
    refused(run("preview", *[part for part in given if part != "--all"]))


def test_a_time_that_is_over_for_some_zone_enqueues_nothing_for_any(
    run: Run, demo: tuple[DemoBusiness, ...], queue: JsonQueue
) -> None:
    in_noronha = dt.datetime.now(ZoneInfo("America/Noronha"))  # ahead of the others
    soon = (in_noronha + dt.timedelta(minutes=-30)).replace(tzinfo=None)
    refused(run("enqueue", "birthdays", "--all", "--at", soon.isoformat(timespec="minutes")), "--at is in the past")
    assert queue.count == ScheduledJobRegistry(queue=queue).count == 0
