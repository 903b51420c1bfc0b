"""What was set aside comes before what came later, until another worker has it."""

from __future__ import annotations

from uuid import UUID

import pytest

from proactive.processes.set_aside import SetAside

SHOP, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture
def now() -> list[float]:
    return [100.0]


@pytest.fixture
def aside(now: list[float]) -> SetAside:
    return SetAside(lambda: now[0])


def test_nothing_set_aside_keeps_nobody_back(aside: SetAside) -> None:
    assert aside.is_next(SHOP, "a")


def test_those_set_aside_come_in_their_order_and_before_all_later_ones(aside: SetAside, now: list[float]) -> None:
    for name in "abc":
        aside.put(SHOP, name, 2.0)
    now[0] += 2.0
    assert [name for name in "dcba" if aside.is_next(SHOP, name)] == ["a"]
    assert aside.is_next(OTHER, "d")
    aside.came(SHOP, "a")
    assert [name for name in "dcb" if aside.is_next(SHOP, name)] == ["b"]
    aside.came(SHOP, "b")
    aside.came(SHOP, "c")
    assert aside.is_next(SHOP, "d")


def test_a_later_one_comes_back_no_sooner_and_an_earlier_one_keeps_its_place(aside: SetAside, now: list[float]) -> None:
    assert aside.put(SHOP, "a", 2.0) == pytest.approx(2.0)
    assert aside.put(SHOP, "b", 8.0) == pytest.approx(8.0)
    assert aside.put(SHOP, "c", 2.0) == pytest.approx(8.0)
    now[0] += 2.0
    assert aside.put(SHOP, "a", 3.0) == pytest.approx(3.0)
    assert aside.is_next(SHOP, "a")
    assert not aside.is_next(SHOP, "b")


def test_one_that_another_worker_has_keeps_nobody_back_for_long(aside: SetAside, now: list[float]) -> None:
    aside.put(SHOP, "a", 2.0)
    aside.put(SHOP, "b", 9.0)
    now[0] += 6.9
    assert not aside.is_next(SHOP, "b")
    now[0] += 0.2
    assert aside.is_next(SHOP, "b")
    now[0] += 10.0
    assert aside.is_next(SHOP, "c")


def test_what_was_in_hand_and_goes_back_comes_before_what_was_set_aside_behind_it(aside: SetAside) -> None:
    aside.put(SHOP, "c", 2.0)
    for name in "ba":
        aside.goes_back(SHOP, name)
    for name in "abc":
        assert [each for each in "cba" if aside.is_next(SHOP, each)] == [name]
        aside.came(SHOP, name)
