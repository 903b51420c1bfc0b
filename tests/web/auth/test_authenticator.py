"""Service keys are replaced while others stay valid, and none is accepted where none is set."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import httpx
import pytest

from proactive.app import Application
from proactive.web.app import create_app
from proactive.web.auth.authenticator import Authenticator
from proactive.web.problems import Problem
from sandbox.processes import ROOT
from sandbox.stack import LocalStack
from tests.web.conftest import BASE, assert_problem, served


def ask(url: str, token: str) -> httpx.Response:
    return httpx.get(f"{url}{BASE}/pauses", headers={"Authorization": f"Bearer {token}"}, trust_env=False)


def test_a_new_key_is_made_by_the_script_and_works_beside_the_old_one(
    configure: Callable[..., Application], stack: LocalStack
) -> None:
    made = [
        dict(line.split(maxsplit=1) for line in run_script(*arguments).splitlines())
        for arguments in (("--name", "old"), ())
    ]
    with served(create_app(configure(API_KEYS=" , ".join(key["API_KEYS"] for key in made)))) as url:
        assert [ask(url, key["key"]).status_code for key in made] == [200, 200]
        assert_problem(ask(url, made[0]["API_KEYS"]), 401)
        assert_problem(ask(url, made[0]["API_KEYS"].rpartition(":")[2]), 401)
        assert_problem(ask(url, stack.service_key), 401)
    with served(create_app(configure(API_KEYS=made[1]["API_KEYS"]))) as url:
        assert [ask(url, key["key"]).status_code for key in made] == [401, 200]
    with served(create_app(configure(API_KEYS="", SUPABASE_JWT_SECRET=""))) as url:
        assert_problem(ask(url, made[1]["key"]), 401)
        assert_problem(ask(url, stack.user_token(app_metadata={})), 401)


@pytest.mark.parametrize(
    "given", ["", "Bearer ", "Bearer the-metrics-tokem", "Basic the-metrics-token", "Bearer \udcff"]
)
def test_with_a_token_only_who_sends_it_reads_the_metrics(configure: Callable[..., Application], given: str) -> None:
    guarded = Authenticator(configure(METRICS_TOKEN="the-metrics-token"))
    with pytest.raises(Problem) as refused:
        guarded.admit_scraper(given)
    assert refused.value.status_code == 401
    guarded.admit_scraper("Bearer the-metrics-token")
    Authenticator(configure()).admit_scraper(given)


def test_the_metrics_ask_for_their_token_and_nothing_else_does(configure: Callable[..., Application]) -> None:
    app = create_app(configure(METRICS_TOKEN="the-metrics-token"))
    with served(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        assert_problem(client.get("/metrics"), 401)
        assert client.get("/metrics", headers={"Authorization": "Bearer the-metrics-token"}).status_code == 200
        assert client.get("/healthz").status_code == 200


def run_script(*arguments: str) -> str:
    command = [sys.executable, str(ROOT / "scripts" / "api_key.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
