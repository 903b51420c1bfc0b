"""scripts/pause.py: pausing, resuming, and what is paused."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from proactive.app import application
from proactive.cli.signing import author
from sandbox.demo.fill import DemoBusiness
from sandbox.stack import LocalStack
from tests.cli.conftest import Call, Run, refused, rows
from tests.support.audit import changes_of


def test_a_pause_is_listed_until_it_is_over(run: Run, shop: DemoBusiness) -> None:
    what = ("--organization", str(shop.organization_id), "--type", "birthdays")
    refused(run("pause", *what), "--reason is missing")
    refused(run("pause", *what, "--resume"), "not paused")
    assert run("pause", *what, "--reason", "wrong text").status == 0
    try:
        listed = run("pause").out
        assert str(shop.organization_id) in listed
        assert "wrong text" in listed
    finally:
        assert run("pause", *what, "--resume").status == 0
    assert str(shop.organization_id) not in run("pause").out


def test_who_paused_and_resumed_is_written_down(run: Run, stack: LocalStack, shop: DemoBusiness) -> None:
    seen, what = len(changes_of(stack, shop.organization_id)), ("--organization", str(shop.organization_id))
    run("pause", *what, "--reason", "férias")
    run("pause", *what, "--resume")
    done = changes_of(stack, shop.organization_id)[seen:]
    assert [(each["via"], each["action"]) for each in done] == [("cli", "sending_paused"), ("cli", "sending_resumed")]
    assert {each["by"] for each in done} == {author().by}
    assert author().by.startswith("cli:")


@pytest.mark.parametrize(
    ("given", "says"),
    [(("--type", "weekly"), "daily_summary"), (("--organization", "x"), "--organization"),
     (("--resume",), "--everything"),
     (("--reason", "x"), "--everything"), (("--type", "weekly", "--reason", "x"), "birthdays"),
     (("--organization", str(UUID(int=7)), "--reason", "x"), "organisation"),
     (("--organization", str(UUID(int=7)), "--resume"), "not paused"), (("--everything",), "--reason"),
     (("--everything", "--resume"), "not paused")],
)  # fmt: skip
def test_a_pause_of_nothing_known_is_refused_and_pauses_nothing(
    run: Run, stack: LocalStack, given: Call, says: str
) -> None:
    before = rows(stack)
    refused(run("pause", *given), says)
    assert rows(stack) == before


def test_everything_is_paused_only_where_that_is_said(run: Run) -> None:
    ended = run("pause", "--everything", "--reason", "incident 42")
    try:
        assert (ended.status, ended.err) == (0, "")
        assert ended.out.startswith("paused: ")
        assert "incident 42" in run("pause").out
    finally:
        assert run("pause", "--everything", "--resume").status == 0
    assert "incident 42" not in run("pause").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--organization", ""),
        ("--organization", "x"),
        ("--type", ""),
        ("--type", "x"),
        ("--type", "birthdays", "--organization", ""),
        ("--everything", "--reason", ""),
        ("--everything",),
        ("--everything", "--reason", "\udcff"),
    ],
)
def test_odd_arguments_pause_nothing(run: Run, arguments: tuple[str, ...]) -> None:
    refused(run("pause", *arguments))
    assert run("pause").out == "Nothing is paused.\n"


def test_an_instance_that_was_stopped_is_listed_until_it_is_released(run: Run, shop: DemoBusiness) -> None:
    refused(run("pause", "--release", "nobody's"), "no instance of that name is stopped")
    assert shop.instance not in run("pause").out
    name = shop.instance
    application().breakers.stop(name, "silent")
    try:
        listed = run("pause").out
        assert name in listed and "silent" in listed
    finally:
        assert run("pause", "--release", name).out == f"released: {name}\n"
    assert shop.instance not in run("pause").out


def test_the_tool_pauses_resumes_and_lists_with_names(run: Run, shop: DemoBusiness) -> None:
    what = ("--organization", str(shop.organization_id))
    assert shop.name in run("aurora", "pause", *what, "--reason", "asked by the owner").out
    try:
        (entry,) = json.loads(run("aurora", "paused", "--json").out)["paused"]
        assert (entry["organization"], entry["type"], entry["reason"]) == (shop.name, None, "asked by the owner")
        assert shop.name in run("aurora", "paused").out
    finally:
        assert json.loads(run("aurora", "resume", *what, "--json").out)["resumed"]["type"] is None
    refused(run("aurora", "resume", *what), "`aurora paused` lists what is")
    refused(run("aurora", "resume", "--instance", "nobody's"), "no instance of that name")
