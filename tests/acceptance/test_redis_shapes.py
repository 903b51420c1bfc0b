"""The whole Procfile on a Redis as people have them: behind TLS with a user of few rights, and behind Sentinels."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from rq import Queue

from proactive.errors import RateLimiterUnavailable
from proactive.gateways.rate_limit import RateLimiter
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonQueue
from proactive.storage.redis import connect
from sandbox.processes import ROOT, Processes
from tests.support.redis_servers import HOST, Sentinels, certificate, sentinels, server, tls_in_front
from tests.support.tasks import summary
from tests.support.world import World, eventually

pytestmark = pytest.mark.timeout(300)
PROCFILE = ("scheduler", "worker1", "worker2", "web")
RIGHTS = re.search(r"^user aurora on >PASSWORD (.*)$", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)


@dataclass
class Shape:
    """The processes at work on a Redis of some shape."""

    world: World
    url: str
    processes: Processes
    log: Path

    def run(self, *argv: str) -> str:
        """What a program of ours prints."""
        environment = os.environ | self.world.stack.environment() | {"REDIS_URL": self.url, "RQ_REDIS_URL": self.url}
        ended = subprocess.run(argv, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr
        return ended.stdout

    def checks(self) -> dict[str, Any]:
        """What /readyz says of each part."""
        found: dict[str, Any] = httpx.get(f"{self.processes.web_url}/readyz", trust_env=False).json()["checks"]
        return found

    def sends(self, within: float) -> None:
        """A message that is asked for arrives, and its record says so."""
        business = self.world.business()
        enqueue(JsonQueue(connection=connect(self.url)), summary(business))
        eventually(lambda: self.world.received(business), within, f"the message; {self.log.read_text()[-2000:]}")


def at_work(world: World, url: str) -> Iterator[Shape]:
    with tempfile.TemporaryDirectory(prefix="aurora-shape-") as name:
        folder = Path(name)
        client = connect(url)
        RateLimiter(client, limit=20, window=60, in_flight=1).mark_quiet()
        environment = world.stack.environment() | {"REDIS_URL": url, "RQ_REDIS_URL": url}
        with Processes(folder, environment, PROCFILE) as processes:
            yield Shape(world, url, processes, folder / "processes.log")


@pytest.fixture(scope="module")
def guarded(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shape]:
    """TLS, and the user that docs/operations.md asks for."""
    assert RIGHTS is not None
    folder = tmp_path_factory.mktemp("guarded")
    made = certificate(folder)
    users = f"user default off\nuser aurora on >s3cret {RIGHTS[1]}"
    with server(folder, "--appendonly", "yes", config=users) as found, tls_in_front(found.port, made) as port:
        yield from at_work(world, f"rediss://aurora:s3cret@{HOST}:{port}/0?ssl_ca_certs={made.path}")


def test_a_user_with_the_documented_rights_behind_tls_is_enough_for_everything(guarded: Shape) -> None:
    guarded.sends(40)
    assert guarded.checks()["redis"] == {"ok": True, "needed": True, "reason": None, "advice": None}
    eventually(lambda: guarded.checks()["workers"]["ok"] and guarded.checks()["scheduler"]["ok"], 20, "beats")
    assert "completed 1" in guarded.run(sys.executable, "scripts/jobs.py")
    schedule = (sys.executable, "scripts/schedule.py", "--list")
    eventually(lambda: "daily_summary" in guarded.run(*schedule), 30, "the entries of the zone in use")
    rq = str(Path(sys.executable).parent / "rq")
    assert "2 workers" in guarded.run(rq, "info")
    guarded.run(rq, "suspend")
    assert "suspended" in guarded.run(rq, "info")
    guarded.run(rq, "resume")
    guarded.run(rq, "worker", "--burst", "aurora-proactive")
    assert "NoPermission" not in guarded.log.read_text()
    assert "Traceback" not in guarded.log.read_text()


def test_no_process_shows_the_password_among_its_arguments(guarded: Shape) -> None:
    shown = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    ours = [line for line in shown.splitlines() if "s3cret" in line]
    assert not ours, ours


def _another(found: Sentinels, port: int) -> bool:
    return found.master().port != port


def _quiet(limiter: RateLimiter) -> bool:
    """Whether the limiter could be told that nothing was sent: the new master has another run_id."""
    try:
        limiter.mark_quiet()
    except RateLimiterUnavailable:
        return False
    return True


def test_behind_sentinels_everything_works_and_goes_on_after_a_failover(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with sentinels(tmp_path_factory.mktemp("watched")) as found:
        asked = "sentinel_username=watch&sentinel_password=watch-secret"
        url = f"redis+sentinel://:server-secret@{found.hosts}/aurora/0?{asked}"
        for shape in at_work(world, url):
            shape.sends(40)
            rq = str(Path(sys.executable).parent / "rq")
            assert "2 workers" in shape.run(rq, "info")
            assert "completed 1" in shape.run(sys.executable, "scripts/jobs.py")
            shape.run(rq, "worker", "--burst", "aurora-proactive")
            before = found.master()
            before.stop()
            eventually(partial(_another, found, before.port), 30, "a new master")
            limiter = RateLimiter(connect(url), limit=20, window=60, in_flight=1)
            eventually(partial(_quiet, limiter), 30, "every Sentinel knows it")
            shape.sends(60)
            assert Queue("aurora-proactive", connection=connect(url)).count == 0
