"""A caller may send so many requests a minute, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
import redis

from proactive.app import Application
from proactive.web.app import create_app
from sandbox.stack import LocalStack
from tests.support.world import Business
from tests.web.conftest import BASE, Client, assert_problem, served


@pytest.fixture
def limited(configure: Callable[..., Application], stack: LocalStack, queue: redis.Redis) -> Iterator[str]:
    with served(create_app(configure(API_RATE_LIMIT="5"))) as url:
        yield url


def test_a_key_that_asks_too_often_is_told_when_to_come_back(
    limited: str, stack: LocalStack, as_user: Callable[..., Client], ours: Business
) -> None:
    key = {"Authorization": f"Bearer {stack.service_key}"}
    with httpx.Client(base_url=limited, trust_env=False) as http:
        for _ in range(5):
            assert http.get(f"{BASE}/pauses", headers=key).status_code == 200
        answer = http.get(f"{BASE}/pauses", headers=key)
        assert_problem(answer, 429)
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        # another caller has its own
        assert http.get(f"{BASE}/pauses", headers=as_user(ours).headers).status_code == 200
