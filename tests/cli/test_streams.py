"""Scripts at terminals that are not UTF-8, before readers that go away, with streams that are closed or full."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, WIDE, Call
from tests.support.asking import Database

TRACES = ("Traceback", "Exception ignored")
ENCODINGS = [
    "ascii", "cp437", "utf-16",
    *(pytest.param(each, marks=pytest.mark.long) for each in ("latin-1", "cp1252", "koi8-r")),
]  # fmt: skip


def shell(environment: dict[str, str], command: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """A command of Bash, in which `S` is how a script is called."""
    line = f'S() {{ local script=$1; shift; "$PYTHON" "$ROOT/scripts/$script.py" "$@"; }}; {command}'
    ours = os.environ | environment | WIDE | {"PYTHON": sys.executable, "ROOT": str(ROOT)} | variables
    return subprocess.run(["bash", "-c", line], env=ours, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)


def no_trace(ended: subprocess.CompletedProcess[bytes]) -> None:
    assert not [trace for trace in TRACES if trace.encode() in ended.stderr], ended.stderr.decode(errors="replace")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_preview_prints_what_the_terminal_can(environment: dict[str, str], to: Call, encoding: str) -> None:
    ended = shell(environment, f"S preview daily_summary {' '.join(to)}", PYTHONIOENCODING=encoding)
    no_trace(ended)
    assert ended.returncode == 0
    assert "Agendamentos: " in ended.stdout.decode(encoding)


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LANG": "xx_YY.nonsense"},
        {"TZ": "Nowhere/At_All"},
        {"HOME": ""},
        {"PYTHONIOENCODING": "latin-1:strict"},
    ],
    ids=str,
)
def test_a_preview_is_printed_in_odd_surroundings(
    environment: dict[str, str], to: Call, variables: dict[str, str]
) -> None:
    ended = shell(environment, f"S preview daily_summary {' '.join(to)} --json", **variables)
    no_trace(ended)
    assert (ended.returncode, ended.stdout[:1]) == (0, b"{")


def test_a_script_runs_without_a_home_in_a_folder_that_is_gone(
    environment: dict[str, str], to: Call, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    ended = shell(environment, f"mkdir {gone}; cd {gone}; rmdir {gone}; unset HOME; S preview birthdays {' '.join(to)}")
    no_trace(ended)
    assert ended.returncode == 0


COMMANDS = ("preview daily_summary TO", "schedule --list", "jobs --json", "pause", "api_key", "jobs --help")
STREAMS = ("| true", ">&-", "2>&-", "<&-", ">&- 2>&- <&-")
#: Each command with some streams, each stream with some command; all thirty, a process each, are long.
ALWAYS = {
    ("preview daily_summary TO", "| true"), ("preview daily_summary TO", ">&- 2>&- <&-"), ("jobs --json", ">&-"),
    ("jobs --help", "| true"), ("schedule --list", "2>&-"), ("pause", "<&-"), ("pause", "| true"), ("api_key", ">&-"),
}  # fmt: skip
PAIRS = [pytest.param(*pair, marks=() if pair in ALWAYS else pytest.mark.long) for pair in product(COMMANDS, STREAMS)]


@pytest.mark.parametrize(("command", "streams"), PAIRS)
def test_readers_that_go_away_and_closed_streams_are_no_error(
    environment: dict[str, str], to: Call, command: str, streams: str
) -> None:
    ended = shell(environment, f"set -o pipefail; S {command.replace('TO', ' '.join(to))} {streams}")
    no_trace(ended)
    assert ended.returncode == 0, ended.stderr


def test_a_full_disk_is_told_in_a_sentence(environment: dict[str, str], to: Call) -> None:
    ended = shell(environment, f"S preview daily_summary {' '.join(to)} > /dev/full")
    no_trace(ended)
    assert ended.returncode == 1
    assert b"could not be written: No space left on device" in ended.stderr


def test_all_are_enqueued_although_nobody_reads_their_ids(
    environment: dict[str, str], demo: object, database: Database
) -> None:
    enabled = database.execute(
        "select count(*) as n from owner_numbers w join organizations o on o.id = w.organization_id"
        " where w.aurora_enabled and o.is_active"
    ).fetchone()
    assert enabled is not None
    ended = shell(environment, "S enqueue birthdays --all | true; S jobs --json --limit 10000")
    no_trace(ended)
    assert ended.stdout.count(b"proactive.jobs.birthdays.run ") == enabled["n"]
