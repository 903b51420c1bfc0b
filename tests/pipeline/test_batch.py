"""A batch: each of its items is begun or taken away, never both, and never while something is taken for them."""

from __future__ import annotations

import datetime as dt
import threading
from uuid import UUID

from proactive.gateways.permits import Granted
from proactive.model.recipient import Recipient
from proactive.model.task import Attempt, Task
from proactive.pipeline.batch import Batch, WorkItem

TASK = Task(
    type="birthdays", organization_id=UUID(int=1), recipient=Recipient.owner(UUID(int=2)), key="2026-11-23",
    scheduled_for=dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC), timezone="UTC",
)  # fmt: skip


def items(names: str) -> list[WorkItem]:
    return [WorkItem(TASK, Attempt(name)) for name in names]


def test_what_was_begun_is_not_taken_away_and_what_was_taken_away_is_not_begun() -> None:
    a, b, c = items("abc")
    batch = Batch([a, b, c])
    assert batch.begin(a)
    assert batch.take_away() == [b, c]
    assert not batch.begin(b)
    assert not batch.begin(a)
    assert c not in batch


def test_the_first_stays_while_nothing_has_begun_so_that_every_batch_gets_on() -> None:
    a, b, c = items("abc")
    batch = Batch([a, b, c])
    assert batch.take_away() == [b, c]
    assert batch.waiting() == [a]
    assert batch.begin(a)
    assert batch.take_away() == []


def test_what_is_held_for_an_item_goes_with_it() -> None:
    a, b = items("ab")
    batch = Batch([a, b])
    with batch.undisturbed():
        b.permit = Granted("shop", "a permit")
    batch.begin(a)
    assert [item.permit for item in batch.take_away()] == [Granted("shop", "a permit")]


def test_nothing_is_taken_away_while_something_is_taken_for_it() -> None:
    a, b = items("ab")
    batch = Batch([a, b])
    batch.begin(a)
    taken: list[list[WorkItem]] = []
    with batch.undisturbed():
        watch = threading.Thread(target=lambda: taken.append(batch.take_away()))
        watch.start()
        watch.join(5)
    assert taken == [[]]
    assert batch.take_away() == [b]


def test_the_rest_is_everything_that_was_not_begun() -> None:
    a, b, c = items("abc")
    batch = Batch([a, b, c])
    batch.begin(b)
    assert batch.take_rest() == [a, c]
    assert batch.take_rest() == []
