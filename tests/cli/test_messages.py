"""aurora messages: found, shown, counted by reason, and sent again one by one or by reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from proactive.queue.rq_classes import JsonQueue
from sandbox.demo.fill import DemoBusiness
from tests.cli.conftest import Call, Run, refused

AWAY, UNKNOWN = "instance_disconnected", "delivery_unknown_not_shown"


@pytest.fixture
def failed(database: psycopg.Connection[dict[str, Any]], shop: DemoBusiness) -> Iterator[dict[str, list[str]]]:
    """Failed messages of the shop by their reason: two of a gateway that was away, one of unknown delivery."""
    made: dict[str, list[str]] = {AWAY: [], UNKNOWN: []}
    for place, reason in enumerate((AWAY, AWAY, UNKNOWN)):
        id = uuid4()
        metadata = {"failure": {"code": reason}, "occurrence": f"2026-11-0{place + 1}", "timezone": shop.timezone}
        database.execute(
            "insert into aurora_proactive_messages (id, organization_id, owner_number_id, message_type, content,"
            " scheduled_for, status, error_message, metadata) values (%s, %s, %s, 'birthdays', 'Parabéns', now(),"
            " 'failed', %s, %s)",
            [id, shop.organization_id, shop.owner_number_id, f"because {reason}", Jsonb(metadata)],
        )
        made[reason].append(str(id))
    yield made
    database.execute("delete from aurora_proactive_messages where id = any(%s)",
                     [[UUID(id) for ids in made.values() for id in ids]])  # fmt: skip


def of(shop: DemoBusiness) -> Call:
    return ("--organization", str(shop.organization_id))


def test_messages_are_listed_with_whom_and_why(run: Run, failed: dict[str, list[str]], shop: DemoBusiness) -> None:
    listed = run("aurora", "messages", "list", "--status", "failed", *of(shop))
    assert listed.status == 0
    for id in failed[AWAY]:
        assert id in listed.out
    assert f"because {AWAY}" in listed.out and f"({shop.name})" in listed.out
    only = json.loads(run("aurora", "messages", "list", "--reason", UNKNOWN, "--json", *of(shop)).out)
    assert [row["id"] for row in only] == failed[UNKNOWN]
    assert set(failed[AWAY]) <= {row["id"] for row in json.loads(run("aurora", "messages", "--json").out)}


def test_one_is_shown_whole(run: Run, failed: dict[str, list[str]], shop: DemoBusiness) -> None:
    (id,) = failed[UNKNOWN]
    shown = run("aurora", "messages", "show", id)
    assert shown.status == 0
    for words in (id, "birthdays", "failed", shop.name, UNKNOWN, "Parabéns", "Veja na conversa do WhatsApp"):
        assert words in shown.out
    assert json.loads(run("aurora", "messages", "show", id, "--json").out)["content"] == "Parabéns"
    refused(run("aurora", "messages", "show", str(uuid4())), "there is no message")


def test_reasons_are_counted_with_what_to_do(run: Run, failed: dict[str, list[str]], shop: DemoBusiness) -> None:
    found = json.loads(run("aurora", "messages", "reasons", "--json", *of(shop)).out)
    assert [(each["reason"], each["count"]) for each in found] == [(AWAY, 2), (UNKNOWN, 1)]
    assert "QR code" in found[0]["advice"]
    assert AWAY in run("aurora", "messages", "reasons", *of(shop)).out


def test_all_of_a_reason_are_sent_again(
    run: Run, failed: dict[str, list[str]], shop: DemoBusiness, queue: JsonQueue, database: psycopg.Connection[Any]
) -> None:
    asked = ("aurora", "messages", "resend", "--reason", AWAY, *of(shop))
    dry = run(*asked, "--dry-run")
    assert dry.status == 0 and all(id in dry.out for id in failed[AWAY]) and queue.count == 0
    refused(run(*asked), "--yes is missing")
    ended = run(*asked, "--yes")
    assert (ended.status, sorted(ended.out.split())) == (0, sorted(queue.get_job_ids()))
    assert len(queue.get_job_ids()) == 2
    statuses = database.execute(
        "select status from aurora_proactive_messages where id = any(%s::uuid[])", [failed[AWAY]]
    ).fetchall()
    assert {row["status"] for row in statuses} == {"pending"}
    assert run(*asked, "--yes").out == "There is no such message.\n"


def test_what_may_arrive_twice_is_sent_again_only_where_that_is_meant(
    run: Run, failed: dict[str, list[str]], shop: DemoBusiness, queue: JsonQueue
) -> None:
    everything = ("aurora", "messages", "resend", "--all-failed", *of(shop), "--json")
    would = json.loads(run(*everything, "--dry-run").out)
    assert sorted(row["id"] for row in would) == sorted(failed[AWAY])
    (unknown,) = failed[UNKNOWN]
    ended = json.loads(run("aurora", "messages", "resend", unknown, "--json").out)
    assert [each["message_id"] for each in ended["resent"]] == [unknown]
    assert queue.get_job_ids() == [ended["resent"][0]["job"]]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("list", "--status", "x"), "is not one of"), (("list", "--reason", "x"), "there is no reason x"),
        (("list", "--status", "sent", "--reason", AWAY), "--status failed"), (("list", "--since", "x"), "--since"),
        (("list", "--type", "weekly"), "unknown message type"), (("list", "--organization", "x"), "--organization"),
        (("resend", "x"), "MESSAGE_ID is not an id"), (("resend", str(UUID(int=7))), "there is no failed message"),
        (("resend", str(UUID(int=7)), "--reason", AWAY), "goes without"), (("show", "x"), "not an id"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_and_sends_nothing(
    run: Run, queue: JsonQueue, given: tuple[str, ...], says: str
) -> None:
    refused(run("aurora", "messages", *given), says)
    assert queue.count == 0
