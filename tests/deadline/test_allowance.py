"""The allowance of an answer: its time, its bytes, and what unpacking may cost."""

from __future__ import annotations

import gzip
import threading
import tracemalloc
import zlib

import pytest

from proactive.deadline.allowance import Allowance, Answer, AnswerTooLarge, allowance, answer_within, unpacked
from tests.deadline.conftest import bomb


def test_an_allowance_ends_with_its_block_and_gives_way_to_the_one_around_it() -> None:
    assert allowance() is None
    with answer_within(60, 10):
        outer = allowance()
        with answer_within(30, 10):
            assert allowance() is not outer
        assert allowance() is outer
    assert allowance() is None


def test_an_allowance_is_of_one_thread_alone() -> None:
    seen: list[Allowance | None] = []
    with answer_within(60, 10):
        other = threading.Thread(target=lambda: seen.append(allowance()))
        other.start()
        other.join()
    assert seen == [None]


def test_no_time_is_left_after_the_deadline() -> None:
    assert 59 < Allowance(60, 10).seconds_left() <= 60
    with pytest.raises(TimeoutError):
        Allowance(0, 10).seconds_left()


def test_more_bytes_than_allowed_are_too_many_however_they_are_cut() -> None:
    small = Allowance(60, 1000)
    with pytest.raises(AnswerTooLarge):
        for _ in range(1000):
            small.take(1000)


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (b"hello", ""),
        (b"hello", "identity"),
        (gzip.compress(b"hello"), "gzip"),
        (gzip.compress(b"hello"), " GZIP "),
        (gzip.compress(b"hello"), "x-gzip"),
        (gzip.compress(b"hel") + gzip.compress(b"lo"), "gzip"),
        (zlib.compress(b"hello"), "deflate"),
        (zlib.compress(b"hello")[2:-4], "deflate"),
    ],
)
def test_a_body_is_unpacked_as_it_was_packed(packed: bytes, encoding: str) -> None:
    assert unpacked(packed, encoding, 5) == b"hello"


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
def test_an_empty_body_needs_no_unpacking(encoding: str) -> None:
    assert unpacked(b"", encoding, 5) == b""


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (gzip.compress(b"hello")[:-1], "gzip"),
        (gzip.compress(b"hello")[:12], "gzip"),
        (b"hello", "gzip"),
        (b"hello", "deflate"),
        (gzip.compress(b"hello") + b"more", "gzip"),
        (gzip.compress(gzip.compress(b"hello")), "gzip, gzip"),
        (b"hello", "br"),
        (b"hello", "zstd"),
    ],
)
def test_a_broken_packing_or_another_one_is_an_error(packed: bytes, encoding: str) -> None:
    with pytest.raises(ValueError):
        unpacked(packed, encoding, 100)


@pytest.mark.parametrize("times", [1, 3])
def test_a_bomb_costs_no_more_memory_than_its_limit(times: int) -> None:
    packed = bomb(200) if times == 1 else b"".join([gzip.compress(bytes(400_000))] * times)
    tracemalloc.start()
    with pytest.raises(AnswerTooLarge):
        unpacked(packed, "gzip", 1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe\xfd", b'{"a":', b"[" * 200_000, b'"\xc3"'])
def test_what_is_no_json_is_one_kind_of_error(body: bytes) -> None:
    with pytest.raises(ValueError):
        Answer(200, body, {}).json()


def test_the_body_of_an_answer_is_in_no_representation() -> None:
    assert "secret" not in repr(Answer(200, b"secret", {"X": "secret"}))
