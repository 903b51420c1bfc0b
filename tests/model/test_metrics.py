"""What an attempt leaves in the counters, and that it leaves the attempt alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from proactive.errors import GatewayError, GatewayFault, ProactiveError, SupabaseError
from proactive.model import metrics
from proactive.model.context import Draft
from proactive.model.task import Attempt, Done, Later, Outcome, Task
from proactive.pipeline.batch import Batch
from proactive.pipeline.measured import MeasuredPipeline
from proactive.pipeline.stopwatch import Stopwatch
from proactive.records.outbox import Outbox

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
TASK = Task(
    type="birthdays", organization_id=uuid4(), owner_number_id=uuid4(), key="2026-11-22",
    scheduled_for=NOW - dt.timedelta(seconds=45), timezone="UTC",
)  # fmt: skip


class Clock:
    """Each room's work takes as long as it says."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


class Rooms:
    """A room that takes its time and answers, or raises, what it was told."""

    name = "kept"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def work(self, seconds: float, answer: Any = None) -> Any:
        self._clock.at += seconds
        if isinstance(answer, Exception):
            raise answer
        return answer


class Way:
    """A pipeline that is a function of the timed rooms."""

    def __init__(self, way: Callable[[], Outcome]) -> None:
        self._way = way

    def run(self, task: Task, attempt: Attempt) -> Outcome:
        return self._way()

    def run_many(self, batch: Batch[Any], tasks: Iterable[tuple[Task, Attempt]]) -> Iterator[tuple[Attempt, Outcome]]:
        self._way()
        for _, attempt in tasks:
            yield attempt, self._way()

    def let_go(self, held: Iterable[Any]) -> None:
        """Nothing is held."""


class Lab:
    """One measured pipeline over rooms for facts, text and sending."""

    def __init__(self, client: redis.Redis) -> None:
        self.redis, clock = client, Clock()
        self._watch = Stopwatch(clock)
        self.facts = self._watch.timed(Rooms(clock), work="facts")
        self.text = self._watch.timed(Rooms(clock), work="text")
        self.send = self._watch.timed(Rooms(clock), work="send")

    def run(self, way: Callable[[], Outcome]) -> Outcome:
        return MeasuredPipeline(Way(way), self._watch, self.redis, lambda: NOW).run(TASK, Attempt("a"))

    def run_many(self, number: int, way: Callable[[], Outcome]) -> list[Outcome | ProactiveError]:
        pipeline = MeasuredPipeline(Way(way), self._watch, self.redis, lambda: NOW)
        tasks = [(TASK, Attempt(str(n))) for n in range(number)]
        return [outcome for _, outcome in pipeline.run_many(Batch(attempt.name for _, attempt in tasks), tasks)]

    def counted(self) -> dict[str, float]:
        return {name.decode(): float(value) for name, value in self.redis.hgetall(metrics.KEY).items()}


@pytest.fixture
def lab(redis_client: redis.Redis) -> Lab:
    return Lab(redis_client)


def test_an_attempt_leaves_its_outcome_and_the_seconds_of_its_stages(lab: Lab) -> None:
    def way() -> Outcome:
        lab.facts.work(0.04)
        lab.send.work(0.5)
        lab.send.work(1.5)  # asked again: the stage is one observation
        return Done("sent")

    assert lab.run(way) == Done("sent")
    assert lab.counted() == {
        "attempts|birthdays|sent": 1,
        metrics.bucket("birthdays", "facts", metrics.BUCKETS.index(0.05)): 1,
        metrics.seconds("birthdays", "facts"): pytest.approx(0.04),
        metrics.bucket("birthdays", "send", metrics.BUCKETS.index(2.5)): 1,
        metrics.seconds("birthdays", "send"): pytest.approx(2.0),
        metrics.bucket("birthdays", "wait", metrics.BUCKETS.index(60.0)): 1,
        metrics.seconds("birthdays", "wait"): 45,
    }


def test_a_batch_shares_out_what_was_done_for_all_and_leaves_each_message_its_own_sending(lab: Lab) -> None:
    story = iter([
        lambda: lab.facts.work(0.9),
        lambda: lab.send.work(0.5) or lab.send.work(1.5) or Done("sent"),
        lambda: lab.send.work(0.04) or Done("sent"),
        lambda: Done("nothing_to_say"),
    ])  # fmt: skip
    assert [str(outcome.action) for outcome in lab.run_many(3, lambda: next(story)()) if isinstance(outcome, Done)] == [
        "sent", "sent", "nothing_to_say",
    ]  # fmt: skip
    assert lab.counted() == {
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


@pytest.mark.parametrize(("seconds", "index"), [(0.0, 0), (0.01, 0), (0.011, 1), (7200, 14), (7201, 15)])
def test_a_bound_belongs_to_its_own_bucket(lab: Lab, seconds: float, index: int) -> None:
    def way() -> Outcome:
        lab.facts.work(seconds)
        return Done("sent")

    lab.run(way)
    assert lab.counted()[metrics.bucket("birthdays", "facts", index)] == 1


def test_an_attempt_that_sends_nothing_has_waited_for_nothing(lab: Lab) -> None:
    lab.run(lambda: Later(3.0, "not now"))
    assert lab.counted() == {"attempts|birthdays|waits": 1}


def test_what_the_gateway_answers_ill_is_counted_by_kind_and_raised(lab: Lab) -> None:
    with pytest.raises(GatewayError):
        lab.run(lambda: lab.send.work(0.0, GatewayError(GatewayFault.UNAVAILABLE, "no")))
    assert lab.counted()["faults|unavailable"] == 1
    assert lab.counted()["attempts|birthdays|error"] == 1


def test_a_text_that_fell_back_is_counted_and_one_that_did_not_is_not(lab: Lab) -> None:
    def way() -> Outcome:
        lab.text.work(0.0, Draft("x", {}, "layout", "the AI was too slow"))
        lab.text.work(0.0, Draft("x", {}, "ai", None))
        return Done("sent")

    lab.run(way)
    assert lab.counted()["fallbacks|birthdays"] == 1


def test_an_attempt_that_broke_off_leaves_nothing_to_the_next(lab: Lab) -> None:
    def broken() -> Outcome:
        lab.facts.work(9.0)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        lab.run(broken)
    lab.run(lambda: Done("nothing_to_say"))
    assert lab.counted() == {"attempts|birthdays|nothing_to_say": 1}


@pytest.mark.parametrize("error", [SupabaseError("away"), redis.ConnectionError()])
def test_without_redis_an_attempt_ends_as_it_would(lab: Lab, error: Exception) -> None:
    lab.redis = redis.Redis(port=9, retry=Retry(NoBackoff(), 0))
    assert lab.run(lambda: Done("sent")) == Done("sent")

    def away() -> Outcome:
        raise error

    with pytest.raises((ProactiveError, redis.RedisError)) as raised:
        lab.run(away)
    assert raised.value is error


def test_a_timed_room_is_the_room_in_everything_else(lab: Lab) -> None:
    assert lab.facts.name == "kept"
    with pytest.raises(AttributeError):
        _ = lab.facts.missing  # type: ignore[attr-defined]


def test_a_message_is_counted_once_however_often_it_is_settled(redis_client: redis.Redis) -> None:
    outbox, message = Outbox(redis_client), str(uuid4())
    for status in ("failed", "failed", "sent", "sent"):
        outbox.remember({"id": message, "message_type": "birthdays", "status": status})
    counted = redis_client.hgetall(metrics.KEY)
    assert counted == {b"messages|birthdays|failed": b"1", b"messages|birthdays|sent": b"1"}
