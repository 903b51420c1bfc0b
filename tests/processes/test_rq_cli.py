"""The `rq` command of the project: JSON, our Redis, and a sentence where a setting is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import redis

from proactive.queue.rq_classes import JsonQueue

ROOT = Path(__file__).parent.parent.parent


def rq(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "proactive.processes.rq_cli", *arguments]
    ours = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return subprocess.run(
        command, env=ours | environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_it_works_on_our_redis_and_reads_our_jobs(environment: dict[str, str], redis_client: redis.Redis) -> None:
    JsonQueue(connection=redis_client).enqueue("os.getcwd", job_id="ours")
    elsewhere = {"RQ_REDIS_URL": "redis://127.0.0.1:1/0"}
    shown = rq(environment | elsewhere, "info", "--only-queues", "--raw")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "aurora-proactive 1" in shown.stdout.replace("queue ", "").replace(":", "")


def test_a_setting_that_cannot_be_used_is_a_sentence(environment: dict[str, str]) -> None:
    refused = rq(environment | {"REDIS_URL": "localhost"}, "info")
    assert refused.returncode != 0
    assert refused.stderr.startswith("REDIS_URL is not usable")
    assert "Traceback" not in refused.stderr
