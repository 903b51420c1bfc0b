"""Messages that a crew sends, and what /metrics says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from proactive.app import build
from proactive.model import metrics
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonQueue
from proactive.settings import Settings
from proactive.storage.redis import METRICS
from proactive.web.app import create_app
from tests.support.crew import Crew
from tests.support.tasks import summary
from tests.support.world import Business, World, eventually
from tests.web.conftest import served

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@contextmanager
def web_of(environment: Mapping[str, str]) -> Iterator[httpx.Client]:
    """The web process over the stack, in a thread of this one."""
    values: dict[str, Any] = {name.lower(): value for name, value in environment.items()}
    with (
        served(create_app(build(Settings(_env_file=None, **values)))) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=30) as client,
    ):
        yield client


def send(crew: Crew, world: World, *businesses: Business) -> None:
    """Have the workers send each business its summary; returns when all of it is counted."""
    before = counted_attempts(crew)
    for business in businesses:
        enqueue(JsonQueue(connection=crew.redis), summary(business))
    eventually(lambda: counted_attempts(crew) >= before + len(businesses), 20, "the workers had counted")


def counted_attempts(crew: Crew) -> int:
    names = [metrics.attempts("daily_summary", outcome) for outcome in ("sent", "failed")]
    return sum(int(value or 0) for value in crew.redis.hmget(METRICS, names))


def scrape(web: httpx.Client) -> Samples:
    answer = web.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples[(name, frozenset(labels.items()))]


def of_summaries(samples: Samples) -> dict[str, float]:
    return {status: value(samples, "aurora_messages_total", type="daily_summary", status=status)
            for status in ("sent", "failed")}  # fmt: skip
