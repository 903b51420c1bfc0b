"""The vocabulary of the first and last lines: each class has its own words, and none is about the business."""

from __future__ import annotations

import re
from itertools import combinations, product
from pathlib import Path

import pytest

from proactive.model.ai import Slot
from proactive.text.ai.grammar import load_grammar
from proactive.text.ai.lines import NAME, bindings
from proactive.text.mood import Mood
from tests.text.ai.corpora import FOLDER

GRAMMAR = load_grammar()
FOREIGN = sorted((FOLDER / "foreign").glob("*.txt"))
HOURS = range(24)
#: Deeds in the past or in the future, by how they end; wishes and moods have none of these endings.
DEED = re.compile(r"\w{2,}(ei|ou|aram|eram|iram|ará|erá|irá|arão|erão|irão|emos|aremos)")
EMOJI = {"emoji", "joyful_emoji"}
#: Words of the lists of what may state something that stand in fixed phrases, and in no class.
FIXED = {
    "equipe": "para você e sua equipe", "hora": "é hora de descansar", "agora": "agora é hora de descansar",
    "vez": "um passo de cada vez", "conta": "cada gesto conta muito", "já": "até já", "como": "como é bom te ver",
}  # fmt: skip
#: Classes of words.txt that say how words agree, beside the classes that phrases are made of.
AGREEING = {"masculine", "feminine", "determiner", "possessive"}
#: The classes of the phrases; what is safe in any order (`safe_...`) may belong to several.
CLASSES = [name for name in GRAMMAR.classes.keys() - AGREEING if not name.startswith("safe_")]
#: Classes whose words may belong to both: what one wishes is also felt, and given as a hug.
RELATED = {
    frozenset(pair)
    for pair in (
        ("affection", "good"), ("affection", "joy"), ("affection", "trait"), ("good", "joy"), ("good", "trait"),
        ("joy", "trait"), ("good", "hug"), ("good", "quality"), ("adjective", "quality"), ("adjective", "dear"),
        ("adjective", "hug_adjective"), ("dear", "quality"), ("dear", "hug_adjective"), ("hug_adjective", "quality"),
        ("good", "times"), ("adjective", "good"), ("amount", "degree"), ("good", "comfort"),
        ("adjective", "feeling"), ("dear", "feeling"), ("feeling", "hug_adjective"), ("feeling", "quality"),
    )
}  # fmt: skip


def words_of(slot: Slot, mood: Mood) -> frozenset[str]:
    """Every word that a line may hold in a slot and a mood, at any hour."""
    ways = (slot, f"safe_{slot}")
    return frozenset[str]().union(*(GRAMMAR.vocabulary(way, bindings(mood, hour)) for way in ways for hour in HOURS))


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
        "trabalho",
    }
    assert celebrating <= words_of(slot, Mood.ACCOMPLISHED) | words_of(slot, Mood.FESTIVE)
    # good work is also wished
    assert celebrating & (words_of(slot, Mood.CALM) | words_of(slot, Mood.ENCOURAGING)) == {"trabalho"}
    assert {"trabalho", "orgulho"} & words_of(slot, Mood.FESTIVE) == set()
    assert {"aniversário", "festa"} & words_of(slot, Mood.ACCOMPLISHED) == set()


@pytest.mark.parametrize("slot", Slot)
def test_words_that_encourage_are_in_no_other_mood(slot: Slot) -> None:
    for mood in set(Mood) - {Mood.ENCOURAGING}:
        assert GRAMMAR.classes["comfort"] & words_of(slot, mood) == set()


def test_no_line_greets_at_its_end_and_none_takes_leave_at_its_beginning() -> None:
    for mood in Mood:
        assert {"olá", "oi"} & words_of(Slot.CLOSING, mood) == set()
        assert {"tchau", "logo", "breve", "cuide-se"} & words_of(Slot.OPENING, mood) == set()
