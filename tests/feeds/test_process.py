"""What the end of a child process means, and what it is given: nothing that others could see."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from proactive.feeds import process
from proactive.feeds.process import read_in_child

MODULE = "aurora_child_of_a_test"


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a program as the child, with a question; what is answered."""
    monkeypatch.setattr(process, "_ROOT", tmp_path)

    def run(program: str, question: dict[str, Any]) -> dict[str, Any]:
        (tmp_path / f"{MODULE}.py").write_text(program)
        return read_in_child(question, MODULE)

    return run


def test_a_child_is_asked_on_its_input_alone(child: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPABASE_SERVICE_ROLE_KEY", "secret")
    program = (
        "import json, os, sys; print(json.dumps({'asked': json.load(sys.stdin), 'arguments': sys.argv[1:],"
        " 'environment': sorted(os.environ), 'folder': os.getcwd(), 'leads': os.getsid(0) == os.getpid()}))"
    )
    found = child(program, {"address": "private-123"})
    assert found["asked"] == {"address": "private-123"}
    assert (found["arguments"], found["folder"], found["leads"]) == ([], "/", True)
    # LC_CTYPE is Python's own
    assert set(found["environment"]) <= {"PYTHONPATH", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "LC_CTYPE"}


@pytest.mark.parametrize(
    ("program", "fault"),
    [
        ("import sys; sys.exit(3)", "failed"),
        ("raise SystemError('private-123')", "failed"),
        ("print('private-123')", "failed"),
        ("print([1])", "failed"),
        ("", "failed"),
        *((f"import os; os.kill(os.getpid(), {int(end)})", "too_heavy") for end in (signal.SIGXCPU, signal.SIGKILL)),
    ],
)
def test_an_end_without_an_answer_is_a_fault(child: Any, program: str, fault: str) -> None:
    found = child(program, {})
    assert found["fault"] == fault
    assert "private" not in json.dumps(found)


def test_a_child_that_does_not_end_is_ended(child: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "WALL", 0.2)
    monkeypatch.setattr(process, "_MARGIN", 0)
    assert child("import threading; threading.Event().wait()", {}) == {"fault": "too_heavy", "detail": "time"}


def test_a_python_that_cannot_be_started_is_a_fault(child: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert child("", {})["fault"] == "failed"
