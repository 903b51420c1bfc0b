"""What Redis remembers of an instance's sends: in any order, for all processes, and for a while."""

from __future__ import annotations

import random

import pytest
import redis

from proactive.gateways.breaker import BreakerRules, Hearing, Send, stop_for
from proactive.gateways.send_memory import SendMemory, Sign, Told
from proactive.storage.redis import breaker_keys

NOW = 1_795_000_000.0


@pytest.fixture
def memory(redis_client: redis.Redis) -> SendMemory:
    return SendMemory(redis_client, 10)


def test_nothing_is_known_of_an_instance_that_never_sent(memory: SendMemory) -> None:
    found = memory.recall("shop")
    assert (found.sends, found.hearing, found.stop) == ((), Hearing(), None)


@pytest.mark.parametrize(
    ("signs", "fate"),
    [
        ((), "unknown"), (("server",), "acknowledged"), (("phone",), "acknowledged"), (("refused",), "refused"),
        (("server", "refused"), "refused"), (("server", "refused", "phone"), "acknowledged"),
    ],
)  # fmt: skip
def test_the_signs_of_a_send_make_its_fate_whenever_they_come(
    memory: SendMemory, signs: tuple[Sign, ...], fate: str
) -> None:
    for seed in range(6):
        name, order = f"shop-{seed}", list(signs)
        random.Random(seed).shuffle(order)
        for sign in order[: seed % 3]:
            memory.heard([Told(name, {"3EB0": [sign]}, False)], NOW)
        memory.accepted(name, "3EB0", NOW)
        for sign in order:
            memory.heard([Told(name, {"3EB0": [sign]}, False)], NOW + 1)
        assert memory.recall(name).sends == (Send(NOW, fate),)  # type: ignore[arg-type]


def test_the_last_sends_are_recalled_oldest_first_and_a_throttled_one_is_one_of_them(memory: SendMemory) -> None:
    for n in range(40):
        memory.accepted("shop", f"n{n}", NOW + n)
    memory.throttled("shop", NOW + 40)
    memory.accepted("other", "x", NOW)
    sends = memory.recall("shop").sends
    assert [send.at - NOW for send in sends] == list(range(31, 41))
    assert [send.fate for send in sends] == ["unknown"] * 9 + ["throttled"]


def test_only_receipts_say_that_an_instance_tells_them_and_only_what_comes_at_once_that_it_is_heard(
    memory: SendMemory,
) -> None:
    memory.heard([Told("shop", {}, True)], NOW)
    assert memory.recall("shop").hearing == Hearing(False, (NOW,))
    memory.heard([Told("shop", {"a": ["server"]}, False)], NOW + 60)
    assert memory.recall("shop").hearing == Hearing(True, (NOW,))


def test_a_stop_forgets_the_sends_and_ends_by_itself_or_by_hand(memory: SendMemory, redis_client: redis.Redis) -> None:
    memory.accepted("shop", "a", NOW)
    stop = stop_for("refused", NOW, BreakerRules())
    memory.stop("shop", stop, NOW)
    found = memory.recall("shop")
    assert (found.sends, found.stop) == ((), stop)
    assert 86_000 < redis_client.ttl(breaker_keys("shop")[5]) <= 86_400
    memory.release("shop")
    assert memory.recall("shop").stop is None


def test_everything_is_bounded_and_expires(memory: SendMemory, redis_client: redis.Redis) -> None:
    for n in range(300):
        memory.accepted("shop", f"n{n}", NOW + n)
        memory.heard([Told("shop", {f"n{n}": ["server"]}, True)], NOW + 10 * n)
    memory.connection_changed("shop", NOW)
    sizes = [redis_client.zcard(key) for key in breaker_keys("shop")[:3]]
    assert sizes == [30, 200, 200]
    assert all(redis_client.ttl(key) > 0 for key in breaker_keys("shop")[:5])


def test_an_older_connection_is_no_news(memory: SendMemory) -> None:
    assert memory.connection_changed("shop", NOW)
    assert memory.connection_changed("shop", NOW)
    assert not memory.connection_changed("shop", NOW - 1)
    assert memory.connection_changed("shop", NOW + 1)
