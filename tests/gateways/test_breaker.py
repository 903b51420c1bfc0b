"""The breaker against simulated numbers: a blocked one is left alone soon, a healthy one is never stopped."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proactive.gateways.breaker import (
    CAUSES,
    BreakerRules,
    Cause,
    Fate,
    Hearing,
    Hold,
    Send,
    judge,
    stop_for,
)

RULES = BreakerRules()
NOW = 1_000_000.0
#: It was heard a moment ago, and all the time before.
TELLS = Hearing(tells=True, at_once=tuple(NOW - 10 * n for n in range(100)))
DEAF = Hearing(tells=True, at_once=(NOW - 3600,))
MUTE = Hearing()


def sends(*fates: Fate, age: float = 1.0) -> list[Send]:
    """Sends a second apart, the last one `age` old."""
    return [Send(NOW - age - (len(fates) - 1 - place), fate) for place, fate in enumerate(fates)]


OK: tuple[Fate, ...] = ("acknowledged",)
NO: tuple[Fate, ...] = ("refused",)
NONE: tuple[Fate, ...] = ("unknown",)
SLOW: tuple[Fate, ...] = ("throttled",)


@pytest.mark.parametrize(
    ("given_", "hearing", "verdict"),
    [
        (sends(), TELLS, None),
        (sends(*OK * 20), TELLS, None),
        (sends(*NO * 2, *OK * 8), TELLS, None),
        (sends(*NO * 3, *OK * 7), TELLS, "refused"),
        (sends(*NO * 3, *OK * 8), TELLS, None),  # of the last ten
        (sends(*NO, *OK, *NO, *OK, *NO), MUTE, "refused"),
        (sends(*SLOW * 3), MUTE, "throttled"),
        (sends(*NO * 2, *SLOW), MUTE, "throttled"),
        (sends(*SLOW * 2, *NO), MUTE, "refused"),
        (sends(*NONE * 10), MUTE, None),
        (sends(*NONE * 10, age=500), MUTE, None),
        (sends(*NONE * 2, age=500), TELLS, None),
        (sends(*NONE * 3, age=500), TELLS, "silent"),
        (sends(*NONE, *OK, *NONE, *OK, *NONE, age=500), TELLS, "silent"),
        (sends(*NONE * 3, age=119), TELLS, Hold(3.0)),
        (sends(*NONE * 3, age=130), TELLS, Hold(3.0)),  # heard again: what was not told comes now
        (sends(*NONE * 3, age=500), Hearing(True, (NOW - 499,)), None),  # the next one is the probe
        (sends(*NONE * 2, age=1), TELLS, None),
        (sends(*NONE * 3, age=1), TELLS, Hold(3.0)),
        (sends(*NONE * 3, age=1), DEAF, Hold(3.0)),  # nothing is heard yet: perhaps it will be
        (sends(*NONE * 9, age=31), DEAF, None),  # nobody listens: nothing can be known
        ([*sends(*NONE * 3, age=500), Send(NOW - 1)], Hearing(True, (NOW - 499,)), Hold(3.0)),
        ([*sends(*NONE * 3, age=500), Send(NOW - 31)], Hearing(True, (NOW - 499,)), None),
        (sends(*NONE * 9, age=500), DEAF, None),
        (sends(*NO * 2, *NONE), TELLS, Hold(3.0)),
        (sends(*NO, *NONE), TELLS, None),
    ],
)
def test_what_the_last_sends_mean(given_: list[Send], hearing: Hearing, verdict: object) -> None:
    assert judge(given_, hearing, NOW, RULES) == verdict


def test_the_order_in_which_sends_are_given_means_nothing() -> None:
    few = sends(*NO, *OK, *NONE, *NO, *NO)
    assert {judge(order, TELLS, NOW, RULES) for order in permutations(few)} == {"refused"}


@pytest.mark.parametrize("cause", CAUSES)
def test_those_who_know_us_are_written_to_sooner_unless_the_connection_is_closed_for_good(cause: Cause) -> None:
    stop = stop_for(cause, NOW, RULES)
    hours = 24.0 if cause in ("logged_out", "banned") else 1.0
    assert stop.rest(known=True, now=NOW) == hours * 3600
    assert stop.rest(known=False, now=NOW) == 24 * 3600
    assert stop.rest(known=True, now=NOW + hours * 3600) == 0


@dataclass
class Number:
    """A simulated number: what WhatsApp answers to each send, and when our side hears of it.

    `told` answers, for a send, the fate that is told of it and after how many seconds (None: never);
    `listens` is whether the gateway's webhooks reach us at a moment: what does not is told again, as Evolution does.
    """

    told: Callable[[int, float], tuple[Fate, float] | None]
    listens: Callable[[float], bool] = lambda at: True
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    out: list[float] = field(default_factory=list)
    #: When it was heard, when it happened, of which send, which fate.
    heard: list[tuple[float, float, int, Fate]] = field(default_factory=list)

    def arrives(self, at: float) -> float | None:
        """When the webhook of a moment reaches us: told again after 5 s, doubling to 300, ten times in all."""
        for again in (0, 5, 10, 20, 40, 80, 160, 300, 300, 300):
            at += again * self.chance.uniform(0.8, 1.2)
            if self.listens(at):
                return at
        return None

    def tell(self, at: float, number: int, fate: Fate) -> None:
        arrival = self.arrives(at)
        if arrival is not None:
            self.heard.append((arrival, at, number, fate))

    def send(self, at: float) -> None:
        number = len(self.out)
        self.out.append(at)
        self.tell(at + 0.2, number, "unknown")  # send.message
        told = self.told(number, at)
        if told is not None:
            self.tell(at + told[1], number, told[0])

    def known(self, now: float) -> tuple[list[Send], Hearing]:
        events = [event for event in self.heard if event[0] <= now]
        fates: dict[int, Fate] = {}
        for _, _, number, fate in events:
            if fate != "unknown" and fates.get(number) != "refused":
                fates[number] = fate
        tells = any(fate != "unknown" for _, _, _, fate in events)
        at_once = tuple(arrival for arrival, at, _, _ in events if arrival - at < 3)
        return [Send(at, fates.get(number, "unknown")) for number, at in enumerate(self.out)], Hearing(tells, at_once)


def lived(number: Number, wanted: Sequence[float], until: float) -> Cause | None:
    """Send at the moments that are wanted, or as soon after them as the breaker lets; its cause, if it closed."""
    now, waiting = 0.0, sorted(wanted)
    while now <= until:
        verdict = judge(*number.known(now), now, RULES)
        if verdict is not None and not isinstance(verdict, Hold):
            return verdict
        if waiting and waiting[0] <= now and verdict is None:
            waiting.pop(0)
            number.send(now)
        now += 0.25 if verdict is None and waiting else 1.0
    return None


moments = st.lists(st.floats(0, 600), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(0, 2**32), st.floats(0.1, 100))
def test_a_healthy_number_is_never_stopped_and_everything_goes_out(
    wanted: list[float], seed: int, slowest: float
) -> None:
    chance = random.Random(seed)
    number = Number(lambda n, at: ("acknowledged", chance.uniform(0.05, slowest)))
    assert lived(number, wanted, 3000 + 40 * slowest) is None
    assert len(number.out) == len(wanted)


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(0, 2**32), st.floats(0, 600), st.floats(0, 900))
def test_a_healthy_number_whose_webhooks_do_not_reach_us_for_a_while_is_not_stopped(
    wanted: list[float], seed: int, away_from: float, away_for: float
) -> None:
    chance = random.Random(seed)
    number = Number(
        lambda n, at: ("acknowledged", chance.uniform(0.05, 5)),
        lambda at: not away_from <= at < away_from + away_for,
    )
    assert lived(number, wanted, 6000) is None
    assert len(number.out) == len(wanted)


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(1, 30), st.one_of(st.none(), st.floats(0.05, 60)))
def test_of_a_number_that_is_blocked_at_most_four_more_messages_go_out(
    wanted: list[float], healthy: int, after: float | None
) -> None:
    """It was heard before. From one message on, WhatsApp answers ERROR after a while, or nothing."""

    def told(n: int, at: float) -> tuple[Fate, float] | None:
        if n < healthy:
            return "acknowledged", 1.0
        return None if after is None else ("refused", after)

    number = Number(told)
    wanted = [*wanted, *(float(n) for n in range(healthy)), *(601.0 + n for n in range(20))]
    assert lived(number, wanted, 3000) == ("silent" if after is None else "refused")
    assert len(number.out) <= healthy + 3 + (after is None)  # the probe


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=5, max_size=20))
def test_a_new_number_that_is_blocked_from_its_first_message_on_is_left_alone_once_that_is_told(
    wanted: list[float],
) -> None:
    number = Number(lambda n, at: ("refused", 2.0))
    assert lived(number, wanted, 1000) == "refused"
    told_at = min(arrival for arrival, _, _, fate in number.heard if fate == "refused")
    assert sum(at > told_at for at in number.out) <= 2


@settings(max_examples=40, deadline=None)
@given(moments)
def test_an_installation_that_hears_nothing_is_never_stopped(wanted: list[float]) -> None:
    number = Number(lambda n, at: None, lambda at: at > 10_000)
    assert lived(number, wanted, 2000) is None
    assert len(number.out) == len(wanted)
