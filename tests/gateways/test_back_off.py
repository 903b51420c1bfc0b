"""An instance that cannot be sent from is looked at after 5 seconds, then less and less often; nobody sends then."""

from __future__ import annotations

import logging

import pytest
import redis

from proactive.gateways.back_off import BackOff
from proactive.gateways.faults import GatewayFault
from proactive.gateways.permits import Wait
from proactive.gateways.rate_limit import RateLimiter
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason

AWAY = Failure(FailureReason.GATEWAY_UNREACHABLE)
CLOSED = Failure(FailureReason.GATEWAY_DISCONNECTED, {"status": "500"})
NO_KEY = Failure(FailureReason.GATEWAY_KEY_REFUSED)


@pytest.fixture
def back_off(pace_redis: redis.Redis) -> BackOff:
    return BackOff(pace_redis)


def look(pace_redis: redis.Redis, back_off: BackOff, kind: GatewayFault, failure: Failure) -> float:
    """The wait after one more look, when the last one is over."""
    pace_redis.delete("aurora:pace:shop:pause")
    return back_off.wait("shop", kind, failure).seconds


def test_waits_double_from_five_seconds_to_a_minute(pace_redis: redis.Redis, back_off: BackOff) -> None:
    waits = [look(pace_redis, back_off, GatewayFault.UNREACHABLE, AWAY) for _ in range(7)]
    assert waits == [5, 10, 20, 40, 60, 60, 60]


def test_a_connecting_instance_is_looked_at_every_quarter_of_a_minute(
    pace_redis: redis.Redis, back_off: BackOff
) -> None:
    assert [look(pace_redis, back_off, GatewayFault.DISCONNECTED, CLOSED) for _ in range(4)] == [5, 10, 15, 15]


def test_several_that_were_on_their_way_wait_together_and_double_nothing(back_off: BackOff) -> None:
    waits = [back_off.wait("shop", GatewayFault.UNREACHABLE, AWAY).seconds for _ in range(5)]
    assert waits[0] == 5
    assert all(4 < wait <= 5 for wait in waits)


def test_another_reason_begins_anew(pace_redis: redis.Redis, back_off: BackOff) -> None:
    for _ in range(3):
        look(pace_redis, back_off, GatewayFault.UNREACHABLE, AWAY)
    pace_redis.hincrbyfloat("aurora:pace:shop:back_off", "since", -90)
    pace_redis.delete("aurora:pace:shop:pause")
    waiting = back_off.wait("shop", GatewayFault.DISCONNECTED, CLOSED)
    assert waiting.seconds == 5
    assert waiting.lasted < 5


def test_how_long_it_has_lasted_is_counted_from_the_first_look(pace_redis: redis.Redis, back_off: BackOff) -> None:
    assert back_off.wait("shop", GatewayFault.DISCONNECTED, CLOSED).lasted == 0
    pace_redis.hincrbyfloat("aurora:pace:shop:back_off", "since", -61)
    assert 61 <= back_off.wait("shop", GatewayFault.DISCONNECTED, CLOSED).lasted < 70


def test_the_instance_gets_no_permit_meanwhile_and_others_do(pace_redis: redis.Redis, back_off: BackOff) -> None:
    limiter = RateLimiter(pace_redis, limit=20, window=60, in_flight=25)
    limiter.mark_quiet()
    back_off.wait("shop", GatewayFault.UNREACHABLE, AWAY)
    answer = limiter.acquire("shop", "a")
    assert isinstance(answer, Wait)
    assert 4 < answer.seconds <= 6
    assert answer.reason == AWAY.text
    assert not isinstance(limiter.acquire("another", "b"), Wait)


def test_a_longer_pause_is_not_cut_short(pace_redis: redis.Redis, back_off: BackOff) -> None:
    RateLimiter(pace_redis, limit=20, window=60, in_flight=25).pause("shop", 300, "throttled")
    assert back_off.wait("shop", GatewayFault.UNREACHABLE, AWAY).seconds == 5
    assert pace_redis.pttl("aurora:pace:shop:pause") > 200_000
    assert pace_redis.get("aurora:pace:shop:pause") == b"throttled"


def test_the_reason_is_known_while_it_holds_and_forgotten_after_it(pace_redis: redis.Redis, back_off: BackOff) -> None:
    assert back_off.reason("shop") is None
    back_off.wait("shop", GatewayFault.DISCONNECTED, CLOSED)
    assert back_off.reason("shop") == CLOSED
    assert 30_000 < pace_redis.pttl("aurora:pace:shop:back_off") <= 35_000
    look(pace_redis, back_off, GatewayFault.UNREACHABLE, AWAY)
    assert back_off.reason("shop") == AWAY
    assert 120_000 < pace_redis.pttl("aurora:pace:shop:back_off") <= 125_000


def test_operators_are_told_once_of_each_reason(
    pace_redis: redis.Redis, back_off: BackOff, caplog: pytest.LogCaptureFixture
) -> None:
    licence = Failure(FailureReason.GATEWAY_NOT_LICENSED)
    for failure in (NO_KEY, NO_KEY, licence, NO_KEY, licence):
        BackOff(pace_redis).tell_operators(failure)
    told = [line.__dict__["reasonCode"] for line in caplog.records if line.levelno == logging.ERROR]
    assert told == ["gateway_key_refused", "gateway_not_licensed"]
    pace_redis.delete("aurora:gateway:told:gateway_key_refused")  # it was right for an hour
    back_off.tell_operators(NO_KEY)
    assert len([line for line in caplog.records if line.levelno == logging.ERROR]) == 3
