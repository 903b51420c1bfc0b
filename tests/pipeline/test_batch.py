"""A batch: each of its tasks is begun or given away, never both, and never while something is taken for them."""

from __future__ import annotations

import threading

from proactive.pipeline.batch import Batch


def test_what_was_begun_is_not_given_away_and_what_was_given_away_is_not_begun() -> None:
    batch: Batch[str] = Batch(["a", "b", "c"])
    assert batch.begin("a")
    assert list(batch.relieve()) == ["b", "c"]
    assert not batch.begin("b")
    assert not batch.begin("a")
    assert "c" not in batch


def test_the_first_stays_while_nothing_has_begun_so_that_every_batch_gets_on() -> None:
    batch: Batch[str] = Batch(["a", "b", "c"])
    assert list(batch.relieve()) == ["b", "c"]
    assert batch.begin("a")
    assert batch.relieve() == {}


def test_what_is_held_for_a_task_goes_with_it() -> None:
    batch: Batch[str] = Batch(["a", "b", "c"])
    with batch.kept():
        batch.hold("b", "a permit")
        batch.hold("not of it", "nothing")
    batch.begin("a")
    assert batch.relieve() == {"b": "a permit", "c": None}


def test_nothing_is_given_away_while_something_is_taken_for_it() -> None:
    batch: Batch[str] = Batch(["a", "b"])
    batch.begin("a")
    relieved: list[dict[str, str | None]] = []
    with batch.kept():
        watch = threading.Thread(target=lambda: relieved.append(batch.relieve()))
        watch.start()
        watch.join(5)
    assert relieved == [{}]
    assert batch.relieve() == {"b": None}


def test_the_rest_is_everything_that_was_not_begun() -> None:
    batch: Batch[str] = Batch(["a", "b", "c"])
    batch.begin("b")
    assert list(batch.rest()) == ["a", "c"]
    assert batch.rest() == {}
