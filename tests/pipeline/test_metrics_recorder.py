"""What attempts leave in the counters, and that Redis being away leaves the attempts alone."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq.utils import as_text

from proactive.errors import ProactiveError
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.model import metrics
from proactive.model.ai import AiResult, AiUse, LineRefusal, Slot
from proactive.model.failure_reasons import FailureReason
from proactive.model.metrics import Stage
from proactive.model.recipient import Recipient
from proactive.model.task import Attempt, Done, Later, Outcome, Task
from proactive.pipeline.batch import Result, WorkItem
from proactive.pipeline.metrics import ItemMetrics, shared_time
from proactive.pipeline.metrics_recorder import MetricsRecorder
from proactive.records.outbox import Outbox
from proactive.storage.redis import METRICS

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
TASK = Task(
    type="birthdays", organization_id=uuid4(), recipient=Recipient.owner(uuid4()), key="2026-11-22",
    scheduled_for=NOW - dt.timedelta(seconds=45), timezone="UTC",
)  # fmt: skip


def result(outcome: Outcome | ProactiveError, **seconds: float) -> Result:
    """An attempt that ended so, after so many seconds in each stage."""
    item = WorkItem(TASK, Attempt("a"))
    item.metrics.began = NOW
    stages: dict[str, Stage] = {stage: stage for stage in metrics.STAGES}
    item.metrics.seconds.update({stages[name]: value for name, value in seconds.items()})
    return Result(item, outcome)


def counted(client: redis.Redis, *results: Result) -> dict[str, float]:
    MetricsRecorder(client, METRICS).record(results)
    return {as_text(name): float(value) for name, value in client.hgetall(METRICS).items()}


def test_an_attempt_leaves_its_outcome_and_the_seconds_of_its_stages(redis_client: redis.Redis) -> None:
    assert counted(redis_client, result(Done("sent"), facts=0.04, send=2.0)) == {
        "attempts|birthdays|sent": 1,
        metrics.bucket("birthdays", "facts", metrics.BUCKETS.index(0.05)): 1,
        metrics.seconds("birthdays", "facts"): pytest.approx(0.04),
        metrics.bucket("birthdays", "send", metrics.BUCKETS.index(2.5)): 1,
        metrics.seconds("birthdays", "send"): pytest.approx(2.0),
        metrics.bucket("birthdays", "wait", metrics.BUCKETS.index(60.0)): 1,
        metrics.seconds("birthdays", "wait"): 45,
    }


def test_a_run_adds_its_results_up(redis_client: redis.Redis) -> None:
    results = [
        result(Done("sent"), facts=0.3, send=2.0),
        result(Done("sent"), facts=0.3, send=0.04),
        result(Done("nothing_to_say"), facts=0.3),
    ]
    assert counted(redis_client, *results) == {
        "attempts|birthdays|sent": 2,
        "attempts|birthdays|nothing_to_say": 1,
        metrics.bucket("birthdays", "facts", metrics.BUCKETS.index(0.5)): 3,
        metrics.seconds("birthdays", "facts"): pytest.approx(0.9),
        metrics.bucket("birthdays", "send", metrics.BUCKETS.index(0.05)): 1,
        metrics.bucket("birthdays", "send", metrics.BUCKETS.index(2.5)): 1,
        metrics.seconds("birthdays", "send"): pytest.approx(2.04),
        metrics.bucket("birthdays", "wait", metrics.BUCKETS.index(60.0)): 2,
        metrics.seconds("birthdays", "wait"): 90,
    }


def test_what_is_done_for_all_items_at_once_is_shared_out_evenly() -> None:
    items = [ItemMetrics() for _ in range(3)]
    with shared_time(items, "facts"), shared_time(items, "record"):
        sum(range(10_000))
    first, *others = [dict(item.seconds) for item in items]
    assert first.keys() == {"facts", "record"}
    assert 0 < first["record"] <= first["facts"]
    assert others == [first, first]


def test_a_stage_that_breaks_off_is_timed_as_well() -> None:
    item = ItemMetrics()
    with pytest.raises(KeyError), item.timed("send"):
        raise KeyError
    once = item.seconds["send"]
    assert once > 0
    with item.timed("send"):
        pass
    assert item.seconds["send"] > once


@pytest.mark.parametrize(("seconds", "index"), [(0.0, 0), (0.01, 0), (0.011, 1), (7200, 14), (7201, 15)])
def test_a_bound_belongs_to_its_own_bucket(redis_client: redis.Redis, seconds: float, index: int) -> None:
    assert counted(redis_client, result(Done("sent"), facts=seconds))[metrics.bucket("birthdays", "facts", index)] == 1


def test_an_attempt_that_sends_nothing_has_waited_for_nothing(redis_client: redis.Redis) -> None:
    assert counted(redis_client, result(Later(3.0, "not now"))) == {"attempts|birthdays|waits": 1}


def test_what_the_gateway_answers_ill_and_a_text_that_fell_back_are_counted(redis_client: redis.Redis) -> None:
    failed = result(GatewayError(GatewayFault.UNAVAILABLE, FailureReason.GATEWAY_UNREACHABLE))
    failed.item.metrics.faults[GatewayFault.UNAVAILABLE] += 1
    failed.item.metrics.ai = AiUse(AiResult.ANSWERED, 310, 40, {Slot.CLOSING: LineRefusal.PHRASES})
    assert counted(redis_client, failed) == {
        "attempts|birthdays|error": 1, "faults|unavailable": 1,
        "ai|birthdays|answered": 1, "tokens|birthdays|in": 310, "tokens|birthdays|out": 40,
        "fallbacks|birthdays|closing|phrases": 1,
    }  # fmt: skip


def test_metrics_that_redis_cannot_take_are_lost_and_nothing_else() -> None:
    away = redis.Redis(port=9, retry=Retry(NoBackoff(), 0))
    MetricsRecorder(away, METRICS).record([result(Done("sent"))])
    with pytest.raises(redis.ConnectionError):
        away.hgetall(METRICS)


def test_a_message_is_counted_once_however_often_it_is_settled(redis_client: redis.Redis) -> None:
    outbox, message = Outbox(redis_client), str(uuid4())
    for status in ("failed", "failed", "sent", "sent"):
        outbox.remember({"id": message, "message_type": "birthdays", "status": status})
    counted = redis_client.hgetall(METRICS)
    assert counted == {b"messages|birthdays|failed": b"1", b"messages|birthdays|sent": b"1"}
