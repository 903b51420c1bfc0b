"""On a terminal, what is missing is asked for: a bare `enqueue.py custom_campaign` works."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest

from proactive.queue.rq_classes import JsonJob, JsonQueue
from sandbox.stack import LocalStack
from tests.cli.conftest import ROOT

DOWN, ENTER, CTRL_C = "\x1b[B", "\r", "\x03"
WITHIN = 40.0


@pytest.fixture
def first(stack: LocalStack) -> Iterator[tuple[UUID, list[UUID]]]:
    """An organisation that stands first in the list, with two owners that can be chosen and one that cannot."""
    organization, owners = uuid4(), [uuid4() for _ in range(3)]
    with psycopg.connect(stack.dsn, autocommit=True) as connection:
        connection.execute("insert into organizations (id, name) values (%s, '!Primeira')", [organization])
        for place, owner in enumerate(owners):
            connection.execute(
                "insert into owner_numbers (id, organization_id, name, aurora_enabled) values (%s, %s, %s, %s)",
                [owner, organization, f"Dona {place}", place != 1],
            )
        yield organization, [owners[0], owners[2]]
        connection.execute("delete from organizations where id = %s", [organization])


class Terminal:
    """A script at a pseudo terminal: reads what it shows, types what a person would."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "scripts" / "enqueue.py"), *arguments],
            env=os.environ | environment | {"TERM": "xterm", "COLUMNS": "120", "LINES": "40"},
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.shown = ""

    def answer(self, question: str, keys: str) -> None:
        """Wait until the question is shown, then press the keys."""
        deadline = time.monotonic() + WITHIN
        while question not in self._words():
            assert self._read(deadline), f"{question!r} was not asked: {self._words()}"
        self.shown = ""
        os.write(self._ours, keys.encode())

    def end(self) -> str:
        """Everything shown until the script ended."""
        deadline = time.monotonic() + WITHIN
        while self._read(deadline):
            pass
        self.process.wait(WITHIN)
        os.close(self._ours)
        return self._words()

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._ours], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            self.shown += os.read(self._ours, 4096).decode(errors="replace")
        except OSError:  # the other end is closed
            return False
        return True

    def _words(self) -> str:
        return re.sub(r"\x1b\[[0-9;?]*[ -/]*[@-~]", "", self.shown)


def test_a_bare_campaign_is_asked_for_and_enqueued(
    environment: dict[str, str], first: tuple[UUID, list[UUID]], queue: JsonQueue
) -> None:
    organization, (_, second_owner) = first
    terminal = Terminal(environment, "custom_campaign")
    terminal.answer("What kind of campaign", f"natal{ENTER}")
    terminal.answer("Whom is it for?", f"{DOWN}{ENTER}")
    terminal.answer("The text for the clients", f"Feliz Natal!{ENTER}")
    terminal.answer("Which organisation?", ENTER)
    terminal.answer("Which owner?", f"{DOWN}{ENTER}")
    shown = terminal.end()
    assert terminal.process.returncode == 0, shown
    (job_id,) = queue.get_job_ids()
    assert job_id in shown
    job = JsonJob.fetch(job_id, connection=queue.connection)
    assert job.func_name == "proactive.jobs.custom_campaign.run"
    assert (job.kwargs["organization_id"], job.kwargs["owner_number_id"]) == (str(organization), str(second_owner))
    assert job.kwargs["data"] == {"campaign_type": "natal", "target_audience": "vip", "message": "Feliz Natal!"}


def test_whoever_changes_their_mind_enqueues_nothing(environment: dict[str, str], queue: JsonQueue) -> None:
    terminal = Terminal(environment, "custom_campaign")
    terminal.answer("What kind of campaign", CTRL_C)
    shown = terminal.end()
    assert terminal.process.returncode == 2, shown
    assert "nothing was chosen, nothing was done" in shown
    assert "Traceback" not in shown
    assert queue.connection.dbsize() == 0
