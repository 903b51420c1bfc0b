"""The command rq-dashboard: guarded, with no secret among its arguments, and able to requeue a message."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

import httpx
import pytest
import redis
from playwright.sync_api import Browser, expect

from proactive.queue.rq_classes import JsonQueue
from sandbox.processes import ROOT
from sandbox.stack import LocalStack

COMMAND = (sys.executable, "-m", "proactive.web.rq_dashboard.standalone")


@contextmanager
def running(folder: Path, environment: dict[str, str], *arguments: str) -> Iterator[httpx.Client]:
    """The command on a port of its own, until it answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    log = folder / "dashboard.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*COMMAND, "--port", str(port), *arguments], env=environment, stdout=out, stderr=out, cwd=ROOT
        )
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20) as client:
        try:
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    client.get("/")
                    break
                except httpx.ConnectError:
                    time.sleep(0.1)
            assert process.poll() is None, log.read_text()
            yield client
        finally:
            process.terminate()
            process.wait(20)
    assert "Traceback" not in log.read_text()


@pytest.fixture(scope="module")
def environment(stack: LocalStack) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RQ_")}
    return kept | stack.environment()


@pytest.fixture
def jobs(stack: LocalStack) -> Iterator[JsonQueue]:
    with redis.Redis.from_url(stack.redis_url) as client:
        client.flushdb()
        yield JsonQueue(connection=client)
        client.flushdb()


def test_it_shows_the_queue_and_obeys_only_its_own_page(
    environment: dict[str, str], jobs: JsonQueue, tmp_path: Path, browser: Browser
) -> None:
    jobs.enqueue("proactive.jobs.tick.run")
    empty = f"/queue/{jobs.name}/queued/empty"
    with running(tmp_path, environment, "--json") as client:
        shown = client.get("/0/data/queues.json").json()["queues"]
        assert [(each["name"], each["count"]) for each in shown] == [(jobs.name, 1)]
        assert client.get("/0/data/queues.json", headers={"Host": "evil.example"}).status_code == 421
        assert client.post(empty, headers={"Origin": "https://evil.example"}).status_code == 403
        for method in ("GET", "HEAD", "OPTIONS"):
            assert client.request(method, empty).status_code == 405
        assert jobs.count == 1
        page = browser.new_page(base_url=str(client.base_url))
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto("/")
        expect(page.get_by_role("cell", name=jobs.name)).to_be_visible()
        page.goto(f"/0/view/jobs/{jobs.name}/queued/8/asc/1")
        page.locator("#empty-btn").click()
        page.locator("#confirmation-modal-yes").click()
        expect(page.get_by_text("Loading...")).to_have_count(0)
        expect(page.locator("table#jobs .job_id")).to_have_count(0)
        assert complaints == []
        page.close()
    assert jobs.count == 0


def test_the_address_of_redis_shows_nowhere(environment: dict[str, str], jobs: JsonQueue, tmp_path: Path) -> None:
    url = environment["REDIS_URL"].replace("redis://", "redis://default:hush-hush@")
    jobs.connection.execute_command("config", "set", "requirepass", "hush-hush")
    try:
        with running(tmp_path, environment | {"RQ_DASHBOARD_REDIS_URL": url}) as client:
            shown = client.get("/").text
            assert client.get("/0/data/queues.json").status_code == 200
    finally:
        with redis.Redis.from_url(url) as client_of_redis:
            client_of_redis.execute_command("config", "set", "requirepass", "")
    assert "hush" not in shown and "***" not in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(("--password", "s3cret", "--username", "ana"), "RQ_DASHBOARD_PASSWORD"),
     (("--redis-password", "s3cret"), "REDIS_URL"), (("-u", "redis://:s3cret@127.0.0.1:6379"), "REDIS_URL"),
     (("-u", "redis://127.0.0.1", "--redis-url", "redis://u:s3cret@h"), "REDIS_URL"),
     (("--bind", "0.0.0.0"), "RQ_DASHBOARD_PASSWORD"), (("--bind", "::"), "RQ_DASHBOARD_PASSWORD"),
     (("--bind", "192.168.0.7"), "RQ_DASHBOARD_PASSWORD"), (("--bind", "example.org"), "RQ_DASHBOARD_PASSWORD")],
)  # fmt: skip
def test_what_would_not_be_safe_is_refused(environment: dict[str, str], arguments: tuple[str, ...], says: str) -> None:
    ended = subprocess.run(
        [*COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=60, cwd=ROOT
    )
    assert ended.returncode == 2
    assert says in ended.stderr
    assert "s3cret" not in ended.stdout + ended.stderr and "Traceback" not in ended.stderr


def test_a_password_from_the_environment_is_asked_for(
    environment: dict[str, str], jobs: JsonQueue, tmp_path: Path
) -> None:
    known = {"RQ_DASHBOARD_USERNAME": "ana", "RQ_DASHBOARD_PASSWORD": "s3cret", "RQ_DASHBOARD_HOSTS": "fila.example"}
    with running(tmp_path, environment | known) as client:
        assert client.get("/").status_code == 401
        assert client.get("/", auth=("ana", "s3cret"), headers={"Host": "fila.example"}).status_code == 200


def test_the_command_takes_the_place_of_rq_dashboards_own() -> None:
    assert "rq-dashboard = proactive.web.rq_dashboard.standalone:main" in (ROOT / "setup.cfg").read_text()
    metadata.version("rq-dashboard")  # which is installed beside it


def test_the_procfile_starts_it_without_a_secret_among_the_arguments() -> None:
    line = next(line for line in (ROOT / "Procfile").read_text().splitlines() if line.startswith("dashboard:"))
    assert " ".join(COMMAND[1:]) in line
    assert "URL" not in line and "--bind 127.0.0.1" in line
