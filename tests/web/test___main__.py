"""Where `python -m proactive.web` listens, and that it serves there."""

from __future__ import annotations

import signal
import subprocess
import sys

import httpx
import pytest

from proactive.settings import Settings
from proactive.web.__main__ import address
from sandbox.processes import ROOT
from tests.support.redis_servers import free_port
from tests.support.world import eventually


@pytest.mark.parametrize(
    ("variables", "listens"),
    [
        ({}, ("127.0.0.1", 8000)),
        ({"HOST": "0.0.0.0"}, ("0.0.0.0", 8000)),
        ({"PORT": "8080"}, ("127.0.0.1", 8080)),
        ({"PORT": "8080", "WEB_PORT": "8001"}, ("127.0.0.1", 8001)),
        ({"PORT": "8080", "WEB_PORT": "8000"}, ("127.0.0.1", 8000)),
        ({"PORT": "5400", "HONCHO_PROCESS_NAME": "web.1"}, ("127.0.0.1", 8000)),
        ({"PORT": "5400", "HONCHO_PROCESS_NAME": "web.1", "WEB_PORT": "8001"}, ("127.0.0.1", 8001)),
        ({"PORT": "", "HOST": ""}, ("127.0.0.1", 8000)),
    ],
)
def test_web_listens_where_it_is_told(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], variables: dict[str, str], listens: tuple[str, int]
) -> None:
    for name in ("HOST", "PORT", "WEB_PORT", "HONCHO_PROCESS_NAME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (environment | variables).items():
        monkeypatch.setenv(name, value)
    assert address(Settings(_env_file=None), variables) == listens


def test_it_serves_at_a_platforms_port_and_ends_when_told(environment: dict[str, str]) -> None:
    port = free_port()
    variables = {name: value for name, value in environment.items() if name != "WEB_PORT"} | {"PORT": str(port)}
    with subprocess.Popen([sys.executable, "-m", "proactive.web"], env=variables, cwd=ROOT) as process:
        try:
            eventually(lambda: answers(f"http://127.0.0.1:{port}/healthz"), 60, "the process to answer")
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(20) in (0, -signal.SIGTERM)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def test_a_setting_that_is_none_is_a_sentence(environment: dict[str, str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "proactive.web"], env=environment | {"PORT": "many"}, capture_output=True, text=True,
        timeout=60, cwd=ROOT,
    )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stderr.startswith("PORT is not usable") and "Traceback" not in ran.stderr
