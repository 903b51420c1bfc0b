"""Lanes: side by side over instances, one after the other within one, and nothing in them is lost or sent twice."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from redis.exceptions import ConnectionError as RedisAway

from proactive.gateways.phones import Phone
from proactive.model.context import Instance
from proactive.model.recipient import Recipient
from proactive.model.task import Attempt, Done, Task
from proactive.pipeline.batch import Result, WorkItem
from proactive.pipeline.lanes import Lanes
from proactive.pipeline.outgoing import OutgoingMessage
from proactive.records.entry import RecordEntry

PHONE = Phone("+5511987654321", "5511987654321")
WITHIN = 10.0


def item(instance: str, name: str = "") -> WorkItem:
    """A composed message of an instance, whose organisation is named as it."""
    task = Task(
        type="birthdays", organization_id=UUID(int=abs(hash(instance)) % 2**64), recipient=Recipient.owner(uuid4()),
        key="2026-11-25", scheduled_for=dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC), timezone="UTC",
    )  # fmt: skip
    attempt = Attempt(name or uuid4().hex)
    message = OutgoingMessage(RecordEntry.of(task, attempt), Instance(name=instance, status="connected"), PHONE, False)
    return WorkItem(task, attempt, message)


def instance_of(item: WorkItem) -> str:
    assert item.message is not None
    return item.message.instance.name


class Gateway:
    """Notes who is on the way with whom; lets nobody through while it is `closed` to an instance."""

    def __init__(self) -> None:
        self.began: list[WorkItem] = []
        self.together: Counter[int] = Counter()
        self.fails: BaseException | None = None
        self._on_the_way: list[str] = []
        self._closed: set[str] = set()
        self._changed = threading.Condition()

    def send(self, item: WorkItem) -> Result:
        instance = instance_of(item)
        with self._changed:
            assert instance not in self._on_the_way, "two messages of one instance at once"
            self._on_the_way.append(instance)
            self.began.append(item)
            self.together[len(self._on_the_way)] += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._closed & {instance, "all"}, WITHIN)
            self._on_the_way.remove(instance)
        if self.fails:
            raise self.fails
        return Result(item, Done("sent"))

    @contextmanager
    def closed(self, *instances: str) -> Iterator[None]:
        self._closed |= set(instances)
        try:
            yield
        finally:
            for instance in set(self._closed):
                self.open(instance)

    def open(self, instance: str) -> None:
        with self._changed:
            self._closed.remove(instance)
            self._changed.notify_all()

    def wait_until(self, condition: Callable[[], bool]) -> bool:
        with self._changed:
            return self._changed.wait_for(condition, WITHIN)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


def ended(lanes: Lanes, number: int) -> list[WorkItem]:
    """What has ended, once so many have."""
    found: list[WorkItem] = []
    deadline = time.monotonic() + WITHIN
    while len(found) < number and time.monotonic() < deadline:
        lanes.wait(0.05)
        found += [result.item for result in lanes.collect()]
    return found


def test_instances_are_sent_for_side_by_side_up_to_the_flights(gateway: Gateway) -> None:
    lanes, items = Lanes(gateway.send, 4), [item(f"org-{number}") for number in range(10)]
    with gateway.closed("all"):
        lanes.put(items)
        assert gateway.wait_until(lambda: len(gateway.began) == 4)
        assert lanes.waiting == 6
    assert set(ended(lanes, 10)) == set(items)
    assert max(gateway.together) == 4
    assert lanes.idle


def test_those_of_one_instance_go_one_after_the_other_in_their_order(gateway: Gateway) -> None:
    lanes, items = Lanes(gateway.send, 8), [item("org-1") for _ in range(20)]
    lanes.put(items[:7])
    lanes.put(items[7:])
    assert ended(lanes, 20) == items
    assert gateway.began == items
    assert set(gateway.together) == {1}


def test_an_instance_with_many_lets_the_others_through(gateway: Gateway) -> None:
    lanes, many, other = Lanes(gateway.send, 1), [item("org-1") for _ in range(20)], item("org-2")
    with gateway.closed("org-1"):
        lanes.put(many)
        assert gateway.wait_until(lambda: bool(gateway.began))
        lanes.put([other])
    ended(lanes, 21)
    assert gateway.began[:2] == [many[0], other] or gateway.began[2] is other


def test_one_that_hangs_keeps_no_other_instance_waiting(gateway: Gateway) -> None:
    lanes, hangs, behind = Lanes(gateway.send, 3), item("org-0"), item("org-0")
    others = [item(f"org-{number % 9 + 1}") for number in range(30)]
    with gateway.closed("org-0"):
        lanes.put([hangs, behind, *others])
        assert set(ended(lanes, 30)) == set(others)
        assert not lanes.idle
        assert lanes.overdue(0.0, WITHIN) == []  # it waits behind its own instance's
        assert lanes.overdue(WITHIN, 0.0) == [behind]
    assert ended(lanes, 1) == [hangs]
    assert behind not in gateway.began


def test_what_is_taken_away_is_never_sent_and_what_is_sent_never_taken_away(gateway: Gateway) -> None:
    lanes, items = Lanes(gateway.send, 4), [item(f"org-{number % 30}") for number in range(400)]
    taken: list[WorkItem] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.0005):
            taken.extend(lanes.take_all())

    watching = threading.Thread(target=watch)
    watching.start()
    for start in range(0, 400, 20):
        lanes.put(items[start : start + 20])
        lanes.wait(0.001)
    while not lanes.idle:
        lanes.wait(0.05)
    over.set()
    watching.join()
    assert Counter([*gateway.began, *taken]) == Counter(items)
    assert [result.item for result in lanes.collect()]


def test_what_was_taken_away_leaves_its_lane_as_new(gateway: Gateway) -> None:
    lanes, first, gone, later = Lanes(gateway.send, 1), item("org-1"), item("org-2"), item("org-2")
    with gateway.closed("org-1"):
        lanes.put([first, gone])
        assert gateway.wait_until(lambda: gateway.began == [first])
        assert lanes.take_all() == [gone]
        lanes.put([later])
    assert ended(lanes, 2) == [first, later]


def test_after_a_failure_nothing_begins_and_it_is_raised_when_nothing_is_on_its_way(gateway: Gateway) -> None:
    lanes, items = Lanes(gateway.send, 2), [item(f"org-{number}") for number in range(6)]
    gateway.fails = RedisAway()
    with gateway.closed("org-0", "org-1"):
        lanes.put(items)
        assert gateway.wait_until(lambda: len(gateway.began) == 2)
        gateway.open("org-0")
        while lanes.wanted(1.0, 99):
            lanes.wait(0.05)
        lanes.check()  # the other one is still on its way
    with pytest.raises(RedisAway):
        while True:
            lanes.check()
            lanes.wait(0.05)
    assert len(gateway.began) == 2
    assert lanes.take_all() == items[2:]
    lanes.check()
    assert lanes.idle


def test_what_is_wanted_is_what_begins_soon_and_is_not_there_yet() -> None:
    now = [0.0]
    begun, release = threading.Semaphore(0), threading.Semaphore(0)

    def send(item: WorkItem) -> Result:
        begun.release()
        assert release.acquire(timeout=WITHIN)
        return Result(item, Done("sent"))

    lanes = Lanes(send, 4, clock=lambda: now[0])
    for number in range(80):  # 0.8 s each
        lanes.put([item(f"org-{number}")])
        assert begun.acquire(timeout=WITHIN)
        now[0] += 0.8
        release.release()
        ended(lanes, 1)
    assert lanes.each == pytest.approx(0.8, rel=0.01)
    assert lanes.wanted(0.6, 99) == 4
    lanes.put([item("a"), item("b"), item("b"), item("c")])
    assert all(begun.acquire(timeout=WITHIN) for _ in "abc")
    assert (lanes.wanted(0.6, 99), lanes.begins(0.6)) == (1, 1)  # three are on their way, for longer than that
    now[0] += 0.5
    assert lanes.begins(0.6) == 4
    assert lanes.wanted(0.6, 99) == 3  # one of those that begin is there: it waits behind another of its instance
    assert lanes.wanted(0.6, 2) == 1
    now[0] += 1.2
    assert lanes.begins(0.6) == 1  # they hang
    assert lanes.slow(1.0) == {item(name).task.organization_id for name in "abc"}
    release.release(4)
    assert len(ended(lanes, 4)) == 4


def test_one_slow_sending_makes_the_estimate_of_the_others_little_worse(gateway: Gateway) -> None:
    now = [0.0]

    def send(item: WorkItem) -> Result:
        now[0] += 15.0 if instance_of(item) == "hangs" else 0.1
        return Result(item, Done("sent"))

    lanes = Lanes(send, 1, clock=lambda: now[0])
    lanes.put(item(f"org-{number}") for number in range(50))
    ended(lanes, 50)
    lanes.put([item("hangs")])
    ended(lanes, 1)
    assert lanes.each < 0.13


def test_an_item_without_a_message_has_no_lane(gateway: Gateway) -> None:
    bare = item("org-1")
    bare.message = None
    with pytest.raises(ValueError, match="no lane"):
        Lanes(gateway.send, 1).put([bare])
