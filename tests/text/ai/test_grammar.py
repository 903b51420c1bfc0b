"""What the grammar accepts, and that no words make it slow."""

from __future__ import annotations

import time
from itertools import product

import pytest

from proactive.model.ai import Slot
from proactive.text.ai.grammar import Grammar
from proactive.text.ai.lines import bindings
from proactive.text.ai.notation import load_grammar, parsed_grammar
from proactive.text.mood import Mood

SMALL = parsed_grammar(
    "tone: soft\n  loud\nthing: song",
    "line = [a] <tone>* <thing> (, <again> | !)\nagain = <thing>\n  | <bound>\nlonely = <thing>\n"
    "bound_special = a bang",
)


def accepts(phrase: str, text: str, grammar: Grammar = SMALL, **bound: str) -> bool:
    return grammar.accepts(phrase, text.split(), {"bound": "nowhere"} | bound)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("song !", True), ("a song !", True), ("a soft loud soft song !", True), ("song , song", True),
        ("song", False), ("a a song !", False), ("song , a bang", False), ("song ! !", False), ("", False),
        ("soft", False), ("Song !", False),
    ],
)  # fmt: skip
def test_words_are_a_phrase_only_as_a_whole_and_in_order(text: str, fits: bool) -> None:
    assert accepts("line", text) is fits


def test_a_bound_name_means_what_it_is_bound_to() -> None:
    assert accepts("line", "song , a bang", bound="bound_special")
    assert not accepts("line", "song , song song", bound="bound_special")


def test_the_vocabulary_of_a_phrase_is_every_word_that_it_may_hold() -> None:
    assert SMALL.vocabulary("line", {"bound": "bound_special"}) == {"a", "soft", "loud", "song", ",", "!", "bang"}
    assert SMALL.vocabulary("lonely", {}) == {"song"}


@pytest.mark.parametrize(("slot", "mood"), [*product(Slot, Mood)])
def test_every_name_in_the_grammar_means_something(slot: Slot, mood: Mood) -> None:
    assert load_grammar().vocabulary(slot, bindings(mood, 18))


def test_every_rule_is_used() -> None:
    grammar = load_grammar()
    used = {node.name for rule in grammar.rules.values() for node in rule.walk() if node.kind == "name"}
    bound = {rule for mood in Mood for hour in range(24) for rule in bindings(mood, hour).values()}
    assert set(grammar.rules) - used - bound - set(Slot) == {
        *("emoji", "joyful_emoji", "masculine", "feminine", "determiner", "daily")
    }


@pytest.mark.parametrize(
    "words",
    [
        ["muita", "paz", "e"] * 40, ["e", ","] * 60, ["ótimo", "dia", "cheio", "de"] * 30, ["com", "carinho"] * 60,
        ["bom"] * 120, ["um", "abraço", "cheio", "de", "dias", "cheios", "de"] * 18, ["para", "você"] * 60,
    ],
)  # fmt: skip
def test_no_words_are_slow_to_refuse(words: list[str]) -> None:
    began = time.process_time()
    for slot, mood in product(Slot, Mood):
        load_grammar().accepts(slot, words, bindings(mood, 18))
    assert time.process_time() - began < 8
