"""What owners say about Aurora's own messages: the product's tables row by row, and what no text may ever become."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.quiet_hours import QuietHours
from proactive.replies.choices import ChoiceContext, ChoiceKind, ChoiceReading, SaidHour, read_choice
from proactive.send_times.window import window_of
from tests.replies.test_owner import HEDGES, STRANGE, WAYS

ANYTHING = ChoiceContext()
NIGHT = QuietHours(dt.time(21), dt.time(8))
#: Every situation in which a text may be read.
SITUATIONS = [
    ChoiceContext(), ChoiceContext(quotes="birthdays"), ChoiceContext(awaits="stop"), ChoiceContext(awaits="hour"),
    ChoiceContext(awaits="whose"),
]  # fmt: skip
#: `agenda` is a word of ours here.
UNKNOWN = [*(word for word in STRANGE if word != "agenda"), "banho", "sábado", "ontem", "hoje"]
NO_CHOICE = {ChoiceKind.STOP_WHAT, ChoiceKind.NONE, ChoiceKind.ASKS, ChoiceKind.UNCLEAR, ChoiceKind.THEIRS}


def _lines(name: str) -> list[str]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _labelled() -> Iterator[tuple[str, str]]:
    label = ""
    for line in _lines("choices.txt"):
        if line.startswith("["):
            label = line.strip("[]")
        else:
            yield line, label


ROWS = list(_labelled())
EVERYDAY = _lines("choices_everyday.txt")
CHOICES = [text for text, label in ROWS if label.split()[0] in ("hour", "off", "on")]
STOPS = [text for text, label in ROWS if label == "stop_what"]


def said(text: str, context: ChoiceContext = ANYTHING) -> str | None:
    """What is read, as the labels say it: the kind, the types, the one time at which they can come."""
    reading = read_choice(text, context)
    if reading is None or reading.kind in (ChoiceKind.UNCLEAR, ChoiceKind.ASKS):
        return None if reading is None else str(reading.kind)
    words = [str(reading.kind), *reading.types]
    if reading.hour is not None:
        window = window_of(MESSAGE_TYPES[reading.types[0]], NIGHT)
        assert window is not None
        words += [f"{at:%H:%M}" for at in reading.hour.times if window.contains(at)]
    return " ".join(words)


def switches(reading: ChoiceReading | None) -> bool:
    return reading is not None and reading.kind not in NO_CHOICE


def test_there_are_three_hundred_labelled_texts_two_hundred_of_them_everyday_ones() -> None:
    assert len({text for text, _ in ROWS}) >= 100
    assert len(set(EVERYDAY)) >= 200


@pytest.mark.parametrize(("text", "label"), ROWS)
def test_each_text_is_read_as_it_is_labelled(text: str, label: str) -> None:
    assert said(text) == label


@pytest.mark.parametrize("way", WAYS)
def test_case_accents_and_markup_change_nothing(way: object) -> None:
    assert callable(way)
    assert [said(way(text)) for text, _ in ROWS] == [label for _, label in ROWS]


def test_no_everyday_sentence_switches_anything() -> None:
    assert [text for text in EVERYDAY if switches(read_choice(text, ANYTHING))] == []
    assert [text for text in EVERYDAY if switches(read_choice(text, ChoiceContext(quotes="daily_summary")))] == []


def test_after_a_question_of_ours_only_its_answers_choose() -> None:
    chosen = {
        awaits: [text for text in EVERYDAY if switches(read_choice(text, ChoiceContext(awaits=awaits)))]
        for awaits in ("stop", "hour", "whose")
    }
    assert set(chosen["stop"]) <= {"1", "1 e 3", "todas", "tudo", "todas elas", "10", "oito"}
    assert set(chosen["hour"]) <= {"às 16", "20h", "20:30", "8 da noite", "meio-dia", "oito", "1", "10", "1 e 3"}
    assert chosen["whose"] == []


@pytest.mark.parametrize("text", STOPS)
def test_a_bare_stop_switches_nothing_whatever_it_may_be_about(text: str) -> None:
    for situation in SITUATIONS:
        reading = read_choice(text, situation)
        quoted = situation.quotes is not None and text == "para com isso"  # it names what it quotes
        assert quoted or not switches(reading), situation


@given(st.sampled_from(CHOICES), st.sampled_from(HEDGES), st.integers(0, 9), st.sampled_from(SITUATIONS))
def test_a_hedge_anywhere_in_a_choice_leaves_none(text: str, hedge: str, place: int, situation: ChoiceContext) -> None:
    words = text.split()
    words.insert(min(place, len(words)), hedge)
    assert not switches(read_choice(" ".join(words), situation))


@given(st.sampled_from(CHOICES), st.sampled_from(UNKNOWN), st.integers(0, 9))
def test_an_unknown_word_anywhere_in_a_choice_leaves_none(text: str, word: str, place: int) -> None:
    words = text.split()
    words.insert(min(place, len(words)), word)
    assert not switches(read_choice(" ".join(words), ANYTHING))


@given(st.sampled_from([text for text in CHOICES if " " in text]), st.integers(0, 9))
def test_a_choice_with_a_part_struck_through_is_none(text: str, place: int) -> None:
    words = text.split()
    at = min(place, len(words) - 1)
    words[at] = f"~{words[at]}~"
    assert not switches(read_choice(" ".join(words), ANYTHING))


@pytest.mark.parametrize(
    ("text", "kind", "types", "numbers"),
    [
        ("1", "picks", (), (1,)), ("1 e 3", "picks", (), (1, 3)), ("1, 2 e 3", "picks", (), (1, 2, 3)),
        ("os aniversários", "picks", ("birthdays",), ()), ("o 2, por favor", "picks", (), (2,)),
        ("aniversários e o resumo", "picks", ("birthdays", "daily_summary"), ()),
        ("tudo", "everything", (), ()), ("TODAS", "everything", (), ()), ("nada", "none", (), ()),
        ("deixa", "none", (), ()), ("não", "none", (), ()),
    ],
)  # fmt: skip
def test_what_to_stop_is_answered_by_numbers_by_names_and_by_everything(
    text: str, kind: str, types: tuple[str, ...], numbers: tuple[int, ...]
) -> None:
    reading = read_choice(text, ChoiceContext(awaits="stop"))
    assert reading == ChoiceReading(ChoiceKind(kind), types, None, numbers)
    assert said(text) in (None, "stop_what")


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("20h", ["20:00"]), ("20:30", ["20:30"]), ("20h30", ["20:30"]), ("8 da noite", ["20:00"]),
        ("oito da noite", ["20:00"]), ("meio-dia", ["12:00"]), ("às 8", ["08:00", "20:00"]), ("8", ["08:00", "20:00"]),
        ("8 e meia", ["08:30", "20:30"]), ("oito e quinze", ["08:15", "20:15"]), ("9 da manhã", ["09:00"]),
        ("3 da tarde", ["15:00"]), ("12h", ["00:00", "12:00"]), ("0h", ["00:00"]), ("25h", []), ("20h75", []),
    ],
)  # fmt: skip
def test_an_hour_is_every_local_time_that_it_may_mean(text: str, times: list[str]) -> None:
    reading = read_choice(text, ChoiceContext(awaits="hour"))
    assert reading is not None
    assert reading.hour == SaidHour(tuple(dt.time.fromisoformat(each) for each in times))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("não quero mais isso", "off birthdays"), ("desliga esse aviso", "off birthdays"),
        ("essa mensagem às 10", "hour birthdays 10:00"), ("liga esse aviso", "on birthdays"),
        ("para de mandar isso", "off birthdays"),
    ],
)  # fmt: skip
def test_this_message_is_the_one_that_is_quoted_and_nothing_without_one(text: str, label: str) -> None:
    assert said(text, ChoiceContext(quotes="birthdays")) == label
    assert said(text) in (None, "stop_what")
