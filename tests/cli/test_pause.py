"""scripts/pause.py: pausing, resuming, and what is paused."""

from __future__ import annotations

import pytest

from sandbox.demo.fill import DemoBusiness
from tests.cli.conftest import Call, Run, refused


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


@pytest.mark.parametrize("given", [("--type", "weekly"), ("--organization", "x"), ("--resume",), ("--reason", "x")])
def test_a_pause_of_nothing_known_is_refused(run: Run, given: Call) -> None:
    refused(run("pause", *given))


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
