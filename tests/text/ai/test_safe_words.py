"""The safe words: no sentence about the business can be made of them, in whatever order they stand."""

from __future__ import annotations

import re
from itertools import product

import pytest

from proactive.model.ai import LineRefusal, Slot
from proactive.text.ai.grammar import load_grammar
from proactive.text.ai.lines import LineCheck
from proactive.text.framing import Greeted
from proactive.text.mood import Mood
from tests.text.ai.corpora import FOLDER

GRAMMAR = load_grammar()
CHECK = LineCheck(GRAMMAR)
OWN = {name: node for name, node in GRAMMAR.rules.items() if name.startswith("safe_")}
#: Every word that the file of safe words and its rules name themselves, whatever the mood and the hour.
WORDS = frozenset(word for node in OWN.values() for part in node.walk() for word in part.words)
#: Verbs that state, as the rules name them: each stands in a fixed phrase about warmth alone.
STATING = {
    "é", "está", "tem", "existe", "merece", "vai", "fica", "segue",
}  # fmt: skip


def test_no_safe_word_is_of_a_class_that_may_state_something() -> None:
    for path in sorted((FOLDER / "foreign").glob("*.txt")):
        # "vai aqui um abraço" is a phrase
        assert WORDS & set(path.read_text("utf-8").split()) <= {"vai"}, path.stem


def test_no_safe_word_compares_counts_or_tells_of_the_past() -> None:
    told = "mais menos melhor pior tanto quanto nada agora já ainda ontem foi era fez feito"
    assert WORDS & frozenset(told.split()) <= {
        "mais", "tanto",  # "que dia mais lindo", "por tanto carinho"
    }  # fmt: skip
    assert not [
        word for word in WORDS if re.fullmatch(r"\w{2,}(ei|ou|aram|eram|iram|ará|erá|irá|arão|erão|irão)", word)
    ]


@pytest.mark.parametrize("verb", sorted(STATING))
@pytest.mark.parametrize("owned", ["safe_warm", "safe_gift", "safe_way", "safe_heart", "safe_adjective"])
def test_no_class_of_safe_words_holds_a_verb_that_states(verb: str, owned: str) -> None:
    assert verb not in GRAMMAR.classes[owned]


SUBJECTS = ("a tarde", "a sua tarde", "o seu dia", "sua semana", "a sua família", "você", "os seus", "o caminho")
STATES = ("serena", "sereno", "em paz", "com você", "no coração", "com muita luz", "cheia de carinho", "feliz")


@pytest.mark.parametrize(("subject", "state"), list(product(SUBJECTS, STATES)))
@pytest.mark.parametrize("verb", ["", "é", "está", "fica", "segue", "vai", "tem", "merece", "chega"])
def test_words_in_the_order_of_a_statement_are_refused(subject: str, state: str, verb: str) -> None:
    text = " ".join(f"{subject} {verb} {state}.".split()).capitalize()
    for slot in Slot:
        assert CHECK.why_unfit(text, slot, Mood.CALM, Greeted("Ana", 15)) is LineRefusal.PHRASES
