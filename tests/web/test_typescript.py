"""The TypeScript client: made from today's document, and doing against the running API what it says."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from fastapi import FastAPI

from proactive.app import Application
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue
from sandbox.stack import LocalStack
from sandbox.typescript import CLIENT, DOCUMENT, GENERATED, document, generate
from tests.support.node import compile_strictly, node
from tests.support.world import Business

#: The compiler takes seconds of a processor, which on a machine that runs all tests at once are minutes.
pytestmark = pytest.mark.timeout(600)
NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def test_the_document_is_todays(app: FastAPI) -> None:
    assert DOCUMENT.read_text("utf-8") == document(app), "run: python -m sandbox.typescript"


def test_the_functions_and_types_are_what_the_generator_makes_of_the_document(tmp_path: Path) -> None:
    node()
    generate(tmp_path / "generated")
    assert files(tmp_path / "generated") == files(GENERATED), "run: python -m sandbox.typescript"


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*.ts")}


def test_no_registry_is_named() -> None:
    lock = json.loads((CLIENT / "package-lock.json").read_text("utf-8"))
    assert "omit-lockfile-registry-resolved=true" in (CLIENT / ".npmrc").read_text("utf-8").splitlines()
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-"), name


@pytest.fixture
def jobs(application: Application, queue: redis.Redis, ours: Business) -> Iterator[dict[str, str]]:
    """More than a page of waiting jobs, one that is completed, one that failed."""
    found = application.queue
    for number in range(210):
        enqueue(found, task(ours, f"waits-{number}"))
    ended = {}
    for state, registry in (("completed", found.finished_job_registry), ("failed", found.failed_job_registry)):
        job = enqueue(found, task(ours, state))
        found.remove(job)
        job.set_status({"completed": "finished"}.get(state, state))  # type: ignore[arg-type]
        queue.zadd(registry.key, {job.id: 4e9})
        ended[state.upper()] = job.id
    yield ended


def task(business: Business, key: str) -> Task:
    return Task(
        type="daily_summary", organization_id=business.organization, recipient=Recipient.owner(business.owner), key=key,
        scheduled_for=NOW, timezone="America/Sao_Paulo", by_hand=True,
    )  # fmt: skip


def test_the_queue_does_what_the_products_callers_ask(
    address: str, stack: LocalStack, ours: Business, jobs: dict[str, str], tmp_path: Path
) -> None:
    node()
    tests = [CLIENT / "test" / name for name in ("queue.ts", "snippet.ts")]
    script = compile_strictly(tmp_path / "out", *tests) / "clients" / "typescript" / "test" / "queue.js"
    environment = {
        "PATH": os.environ["PATH"], "AURORA_URL": address, "AURORA_KEY": stack.service_key,
        "ORGANIZATION": str(ours.organization), "OWNER": str(ours.owner), **jobs,
    }  # fmt: skip
    ran = subprocess.run([node(), "--test", script], env=environment, capture_output=True, text=True, timeout=200)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_snippets_of_the_document_are_those_that_are_compiled() -> None:
    tested = (CLIENT / "test" / "snippet.ts").read_text("utf-8")
    text = (CLIENT.parents[1] / "docs" / "typescript.md").read_text("utf-8")
    snippets = [block.split("```")[0] for block in text.split("```ts\n")[1:]]
    assert snippets
    for snippet in snippets:
        assert snippet.replace("'aurora-proactive-client'", "'../src/index.js'") in tested
