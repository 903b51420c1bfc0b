"""The vocabulary of the first and last lines: each class has its own words, and none is about the business."""

from __future__ import annotations

import re
from itertools import combinations, product
from pathlib import Path

import pytest

from proactive.model.ai import Slot
from proactive.text.ai.lines import NAME, bindings
from proactive.text.ai.notation import load_grammar
from proactive.text.mood import Mood
from tests.text.ai.corpora import FOLDER

GRAMMAR = load_grammar()
FOREIGN = sorted((FOLDER / "foreign").glob("*.txt"))
HOURS = (3, 9, 15, 17, 18, 22)
#: Deeds in the past or in the future, by how they end; wishes and moods have none of these endings.
DEED = re.compile(r"\w{2,}(ei|ou|aram|eram|iram|ará|erá|irá|arão|erão|irão|emos|aremos)")
EMOJI = {"emoji", "joyful_emoji"}
#: Words of the lists of what may state something that stand in fixed phrases, and in no class.
FIXED = {"já": "até já", "como": "como é bom te ver", "quero": "quero te desejar"}
#: Classes of words.txt that say how words agree, beside the classes that phrases are made of.
AGREEING = {"masculine", "feminine", "determiner", "daily"}
CLASSES = sorted(GRAMMAR.classes.keys() - AGREEING)
#: Classes whose words may belong to both: what one wishes is also felt, and given as a hug.
RELATED = {
    frozenset(pair)
    for pair in (
        *(("warm", "joy"), ("warm", "thanked"), ("joy", "thanked"), ("gift", "thanked"), ("beside", "thanked")),
        *(("adjective", "cheerful"), ("adjective", "dear"), ("adjective", "feeling"), ("dear", "feeling")),
        ("amount", "degree"),
        ("adjective", "warm"),
    )
}


def words_of(slot: Slot, mood: Mood) -> frozenset[str]:
    """Every word that a line may hold in a slot and a mood, at any hour."""
    return frozenset[str]().union(*(GRAMMAR.vocabulary(slot, bindings(mood, hour)) for hour in HOURS))


EVERY_WORD = frozenset[str]().union(*(words_of(slot, mood) for slot, mood in product(Slot, Mood)))


@pytest.mark.parametrize("path", FOREIGN, ids=lambda path: path.stem)
def test_no_word_is_of_a_class_that_may_state_something(path: Path) -> None:
    assert len(words := set(path.read_text("utf-8").split())) > 30
    assert words & EVERY_WORD <= FIXED.keys()


def test_a_word_of_a_fixed_phrase_is_of_no_class() -> None:
    assert FIXED.keys() <= EVERY_WORD
    assert FIXED.keys() & frozenset[str]().union(*GRAMMAR.classes.values()) == set()


def test_no_word_tells_a_deed() -> None:
    assert {word for word in EVERY_WORD if DEED.fullmatch(word)} == {"estou", "agradecemos"}


def test_every_word_is_portuguese_letters_in_lower_case() -> None:
    letters = re.compile(r"[a-záàâãéêíóôõúç]+(-[a-z]+)*")
    assert {word for word in EVERY_WORD if not letters.fullmatch(word)} == {NAME, ","}


@pytest.mark.parametrize(("one", "other"), [*combinations(sorted(CLASSES), 2)])
def test_a_word_belongs_to_one_class_or_to_related_ones(one: str, other: str) -> None:
    shared = GRAMMAR.classes[one] & GRAMMAR.classes[other]
    assert not shared or frozenset((one, other)) in RELATED, shared


@pytest.mark.parametrize("slot", Slot)
def test_words_that_celebrate_are_in_no_mood_without_cause(slot: Slot) -> None:
    celebrating = {
        "parabéns",
        "festa",
        "celebrar",
        "comemorar",
        "uau",
        "oba",
        "orgulho",
        "aplausos",
    }
    assert celebrating <= words_of(slot, Mood.ACCOMPLISHED) | words_of(slot, Mood.FESTIVE)
    assert celebrating & (words_of(slot, Mood.CALM) | words_of(slot, Mood.ENCOURAGING)) == set()
    assert "orgulho" not in words_of(slot, Mood.FESTIVE)
    assert "festa" not in words_of(slot, Mood.ACCOMPLISHED)


@pytest.mark.parametrize("slot", Slot)
def test_words_that_encourage_are_in_no_other_mood(slot: Slot) -> None:
    for mood in set(Mood) - {Mood.ENCOURAGING}:
        assert GRAMMAR.classes["comfort"] & words_of(slot, mood) == set()


def test_no_line_greets_at_its_end_and_none_takes_leave_at_its_beginning() -> None:
    for mood in Mood:
        assert {"olá", "oi"} & words_of(Slot.CLOSING, mood) == set()
        assert {"tchau", "logo", "breve"} & words_of(Slot.OPENING, mood) == set()
