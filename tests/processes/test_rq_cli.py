"""The `rq` command of the project: JSON, our Redis, and a sentence where a setting is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SUPABASE_URL", "x"),
        ("WHATSAPP_API_KEY", "chav\u00e9"),
        ("ALL_PROXY", "ftp://x"),
        ("SSL_CERT_FILE", "/nowhere"),
    ],
)
def test_a_worker_says_at_its_start_which_setting_cannot_be_used(
    environment: dict[str, str], name: str, value: str
) -> None:
    worker = ("worker", "--worker-class", "proactive.processes.worker.WarmWorker", "aurora-proactive")
    refused = rq(environment | {name: value}, *worker)
    assert refused.returncode != 0
    assert refused.stderr.startswith(f"{name} is not usable")
    assert "Traceback" not in refused.stderr
