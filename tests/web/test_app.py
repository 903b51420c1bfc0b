"""The process `web` as the Procfile has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from sandbox.processes import ROOT, Processes
from sandbox.stack import LocalStack
from tests.web.conftest import BASE, assert_problem


def test_web_serves_the_api_and_logs_json_lines(stack: LocalStack, tmp_path: Path) -> None:
    with (
        Processes(tmp_path, stack.environment(), only=("web",)) as processes,
        httpx.Client(base_url=processes.web_url, trust_env=False) as http,
    ):
        assert "swagger" in http.get("/docs").text
        assert_problem(http.get(f"{BASE}/jobs"), 401)
        key = {"Authorization": f"Bearer {stack.service_key}"}
        assert http.get(f"{BASE}/jobs", headers=key).status_code == 200
    lines = [line for line in processes.service.log.read_text().splitlines() if line.startswith("{")]
    assert any("Application startup complete" in json.loads(line)["message"] for line in lines)
    assert "GET " not in processes.service.log.read_text()


def test_importing_the_process_builds_nothing() -> None:
    """Neither templates nor clients: settings that are missing are found when the application is made."""
    code = """
import gc, httpx, jinja2, redis
import proactive.web.app
built = (jinja2.Environment, redis.ConnectionPool, httpx.Client)
print([type(thing).__name__ for thing in gc.get_objects() if issubclass(type(thing), built)])
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout == "[]\n"


@pytest.mark.parametrize(
    ("name", "value"), [("WHATSAPP_API_KEY", "chav\u00e9"), ("API_KEYS", "secret"), ("WEB_PORT", "99999")]
)
def test_a_setting_that_cannot_be_used_is_a_sentence(environment: dict[str, str], name: str, value: str) -> None:
    command = [sys.executable, "-m", "uvicorn", "--factory", "proactive.web.app:app", "--port", "0"]
    ran = subprocess.run(
        command, env=os.environ | environment | {name: value}, capture_output=True, text=True, timeout=60, cwd=ROOT
    )
    assert ran.returncode != 0
    assert ran.stderr.splitlines()[0].startswith(name)
    assert "Traceback" not in ran.stderr
    assert "secret" not in ran.stderr
