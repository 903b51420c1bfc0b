"""What one person writes within some seconds is read as one; stops wait for nothing."""

from __future__ import annotations

import datetime as dt
from itertools import permutations

import pytest

from proactive.campaigns.joining import joined, waits
from proactive.campaigns.understanding import InboundMessage
from proactive.replies.owner import read_reply
from proactive.replies.readings import Kind, ReadingContext

EIGHT = dt.timedelta(seconds=8)
NINE = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)


def message(
    second: int | None, text: str, *, quoted: str | None = None, kind: str = "text", id_: str | None = None
) -> InboundMessage:
    at = None if second is None else NINE + dt.timedelta(seconds=second)
    return InboundMessage(
        "shop", id_ or f"{second}-{text}", "551188887777", None, quoted, kind, text, at, kind in ("caption", "audio")
    )


def texts(*messages: InboundMessage, live: bool = False) -> list[str]:
    return [each.read.text for each in joined(messages, EIGHT, live=live)]


def test_messages_within_the_time_are_one_with_commas_between() -> None:
    (one,) = joined([message(0, "sim"), message(2, "menos a Ana"), message(9, "obrigada")], EIGHT, live=False)
    assert one.read.text == "sim, menos a Ana, obrigada"
    assert one.ids == ("0-sim", "2-menos a Ana", "9-obrigada")
    assert (one.read.id, one.read.at) == ("9-obrigada", NINE)


def test_each_is_within_the_time_of_the_one_before() -> None:
    assert texts(message(0, "sim"), message(8, "pode"), message(17, "mandar")) == ["sim, pode", "mandar"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_is_that_of_the_times_and_not_of_the_arrival(order: tuple[int, ...]) -> None:
    written = [message(0, "sim"), message(1, "mas só"), message(2, "os 5 primeiros")]
    assert texts(*(written[place] for place in order)) == ["sim, mas só, os 5 primeiros"]


def test_of_one_second_the_order_is_the_one_given_and_the_same_id_is_one() -> None:
    assert texts(message(0, "sim"), message(0, "mas"), message(0, "sim")) == ["sim, mas"]


@pytest.mark.parametrize(
    "text", ["para", "PARE!", "pausa", "cancela", "cancela tudo", "para tudo", "stop", "parar", "encerra"]
)
@pytest.mark.parametrize("live", [True, False])
def test_a_stop_is_read_alone_and_takes_what_stood_before_it(text: str, live: bool) -> None:
    found = joined([message(0, "sim"), message(3, "manda"), message(3, text), message(7, "desculpa")], EIGHT, live=live)
    assert [each.read.text for each in found] == [text, "desculpa"]
    assert found[0].ids == ("0-sim", "3-manda", f"3-{text}")
    assert not waits(message(3, text), live=live)


@pytest.mark.parametrize("text", ["não", "depois", "espera", "peraí gente", "mandei errado, calma aí", "nao era isso"])
def test_more_words_stop_what_is_live(text: str) -> None:
    assert texts(message(0, "sim"), message(0, text), live=True) == [text]
    assert waits(message(0, text), live=False) and not waits(message(0, text), live=True)


def test_in_one_second_the_stop_wins_whatever_arrived_first() -> None:
    (found,) = joined([message(5, "PARE"), message(5, "sim")], EIGHT, live=True)
    assert (found.read.text, set(found.ids)) == ("PARE", {"5-PARE", "5-sim"})


def test_what_is_newer_than_a_stop_is_read_after_it() -> None:
    assert texts(message(0, "pare"), message(4, "desculpa"), message(5, "pode continuar")) == [
        "pare",
        "desculpa, pode continuar",
    ]


def test_two_stops_are_both_read() -> None:
    found = joined([message(0, "pare", quoted="A"), message(1, "cancela", quoted="B")], EIGHT, live=True)
    assert [(each.read.text, each.read.quoted) for each in found] == [("pare", "A"), ("cancela", "B")]


def test_a_no_to_a_question_waits_for_the_time_that_may_follow() -> None:
    (text,) = texts(message(0, "não"), message(2, "amanhã às 9"))
    assert read_reply(text, ReadingContext(asks="send")).kind is Kind.TIME


def test_a_quote_is_of_the_whole_and_two_quotes_stay_apart() -> None:
    (one,) = joined([message(0, "sim", quoted="A"), message(1, "pode mandar")], EIGHT, live=False)
    assert (one.read.text, one.read.quoted) == ("sim, pode mandar", "A")
    assert texts(message(0, "sim", quoted="A"), message(1, "não manda", quoted="B")) == ["sim", "não manda"]


def test_reactions_and_audio_without_words_stay_apart() -> None:
    found = joined(
        [message(0, "sim"), message(1, "👍", quoted="A", kind="reaction"), message(2, "", kind="audio", id_="audio"),
         message(3, "manda")],
        EIGHT, live=False,
    )  # fmt: skip
    assert [(each.read.kind, each.read.text) for each in found] == [
        ("text", "sim, manda"),
        ("reaction", "👍"),
        ("audio", ""),
    ]


def test_what_was_heard_or_stood_under_a_picture_weakens_the_whole() -> None:
    (one,) = joined([message(0, "sim"), message(2, "olha a arte", kind="caption")], EIGHT, live=False)
    assert (one.read.weakened, one.read.kind) == (True, "caption")


def test_a_message_without_a_time_is_read_alone() -> None:
    assert texts(message(None, "sim"), message(0, "menos a Ana")) == ["sim", "menos a Ana"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("sim", "mas"), ("pode mandar", "amanhã"), ("sim", "menos a Ana"), ("manda", "pra mim primeiro"), ("pode", "não"),
     ("sim", "só os 5"), ("s", "se der"), ("claro", "que não"), ("ok", "?"), ("bora", "almoçar")],
)  # fmt: skip
def test_a_yes_that_is_taken_back_at_once_is_no_yes(first: str, second: str) -> None:
    (text,) = texts(message(0, first), message(2, second))
    assert not read_reply(text, ReadingContext(asks="send")).approves
