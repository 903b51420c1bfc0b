"""The command `aurora`: its subcommands, their help, JSON everywhere, completion, names that move no cursor."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import click
import pytest

from proactive.cli.commands import AuroraGroup, load
from proactive.cli.tool import COMMANDS, aurora
from tests.cli.conftest import ROOT, Run, refused

#: What ends a process, or runs until it is ended: it has nothing to tell programs.
WITHOUT_JSON = {"schedule run"}


def leaves(command: click.Command, name: str = "") -> list[tuple[str, click.Command]]:
    """Every command that does something, by how it is typed after `aurora`."""
    if not isinstance(command, AuroraGroup):
        return [(name, command)]
    context = click.Context(command)
    found = [(each, command.get_command(context, each)) for each in command.list_commands(context)]
    return [leaf for each, sub in found if sub is not None for leaf in leaves(sub, f"{name} {each}".strip())]


LEAVES = leaves(aurora)


def test_the_tool_names_what_it_can_do(run: Run) -> None:
    ended = run("aurora", "--help")
    assert (ended.status, ended.err) == (0, "")
    for name, each in COMMANDS.items():
        assert f"  {name} " in ended.out and each.help in ended.out
    assert run("aurora", "--version").out.startswith("aurora ")


@pytest.mark.parametrize(("name", "command"), LEAVES, ids=[name for name, _ in LEAVES])
def test_every_command_explains_itself_has_examples_and_json(run: Run, name: str, command: click.Command) -> None:
    ended = run("aurora", *name.split(), "--help")
    assert (ended.status, ended.err) == (0, "")
    assert f"aurora {name}" in ended.out.partition("examples:")[2]
    assert ("--json" in ended.out) == (name not in WITHOUT_JSON)
    assert all(len(line) <= 100 for line in ended.out.splitlines())


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ((), "COMMAND (doctor, migrate, enqueue"), (("enqueue",), "TYPE (birthdays"), (("preview",), "TYPE (birthdays"),
        (("jobs", "requeue"), "JOB_ID, or --all, is missing"), (("cancel",), "JOB_ID, or --all, is missing"),
        (("messages", "resend"), "MESSAGE_ID, --reason CODE or --all-failed is missing"), (("pause",), "say what"),
        (("resume",), "say what"), (("campaign", "show"), "say which"), (("campaign", "stop"), "say which"),
        (("schedule",), "Commands:"), (("campaign",), "Commands:"), (("completion",), "Missing argument"),
        (("nothing",), "No such command 'nothing'"), (("jobs", "--x"), "No such option"),
    ],
)  # fmt: skip
def test_a_bare_call_without_a_terminal_says_what_is_missing(run: Run, given: tuple[str, ...], says: str) -> None:
    refused(run("aurora", *given), says)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands_types_and_reasons(run: Run, shell: str) -> None:
    assert "_AURORA_COMPLETE" in run("aurora", "completion", shell).out
    assert json.loads(run("aurora", "completion", shell, "--json").out)["shell"] == shell


def test_completions_are_answered() -> None:
    def completed(words: str, at: int) -> list[str]:
        asked = {"_AURORA_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(at)}
        done = subprocess.run(
            [sys.executable, "-m", "proactive"], env=os.environ | asked, cwd=ROOT, capture_output=True, text=True,
            timeout=60, check=True,
        )  # fmt: skip
        return done.stdout.split()

    assert completed("aurora me", 1) == ["plain,messages"]
    assert completed("aurora preview low", 2) == ["plain,low_occupancy"]
    assert "plain,gateway_key_refused" in completed("aurora messages resend --reason gateway_key", 4)


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colours_are_for_terminals_alone_and_not_for_those_who_want_none(
    environment: dict[str, str], tmp_path: Path, variables: dict[str, str], coloured: bool
) -> None:
    ours, theirs = pty.openpty()
    show = "from proactive.cli.tables import table; print(table(('state',), [('failed',)]))"
    env = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
    subprocess.run(
        [sys.executable, "-c", show], stdout=theirs, env=env | {"TERM": "xterm-256color"} | variables, cwd=ROOT,
        timeout=60, check=True,
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 4096)
    os.close(ours)
    assert b"failed" in shown and (b"\x1b[31m" in shown) == coloured


def test_what_runs_for_months_imports_nothing_that_people_at_terminals_need() -> None:
    look = (
        "import sys, proactive.processes.worker, proactive.processes.scheduler\n"
        "from proactive.cli.doors import door\n"
        "door('schedule'); import proactive.cli.schedule_run\n"
        "unwanted = {'questionary', 'psycopg', 'holidays', 'proactive.cli.tables', 'rich', 'pygments'}\n"
        "print(sorted(unwanted & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[]\n"
    assert load("proactive.cli.schedule_run:run_command").name == "run"
