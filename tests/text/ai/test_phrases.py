"""What the phrases cannot say, in whatever way their words are put together."""

from __future__ import annotations

from itertools import product

import pytest

from proactive.model.ai import LineRefusal, Slot
from proactive.text.ai.lines import LineCheck
from proactive.text.ai.notation import load_grammar
from proactive.text.framing import Greeted
from proactive.text.mood import Mood
from tests.text.ai.corpora import lines_of

GRAMMAR = load_grammar()
CHECK = LineCheck(GRAMMAR)
#: Verbs that state, as the rules name them: each stands in a fixed phrase about Aurora's joy or what she gives.
STATING = {"é", "estou", "fico", "sou", "vai", "fica", "segue"}
SUBJECTS = ("a tarde", "a sua tarde", "o seu dia", "sua semana", "a sua família", "você", "os seus", "o caminho")
STATES = ("serena", "sereno", "em paz", "com você", "no coração", "com muita luz", "cheia de carinho", "feliz")
#: One of every kind that the rules refuse: figures, days, names, negations, comparisons, nouns and deeds of business.
FOREIGN = (
    *(
        "dois",
        "três",
        "mil",
        "metade",
        "dobro",
        "10",
        "IV",
        "5️⃣",
        "R$",
        "amanhã",
        "sexta",
        "ontem",
        "agora",
        "Rex",
        "Maria",
    ),
    *(
        "Aurora",
        "não",
        "sem",
        "nunca",
        "nenhum",
        "mais",
        "menos",
        "melhor",
        "maior",
        "agenda",
        "cliente",
        "pet",
        "banho",
    ),
    *("vaga", "campanha", "pagamento", "enviei", "será", "quer", "brinde", "grátis", "loja", "casa", "?", "porque"),
)


def why(text: str, slot: Slot, mood: Mood, hour: int) -> LineRefusal | None:
    return CHECK.why_unfit(text, slot, mood, Greeted("Ana", hour))


def used(corpus: str) -> list[tuple[str, Slot, Mood, int]]:
    """The lines of a corpus of true ones that are used, each with its place."""
    found = []
    for heading, text in lines_of(corpus):
        slot, mood, hour = heading.split()
        place = (Slot(slot), Mood(mood), int(hour))
        found += [(text, *place)] if why(text, *place) is None else []
    return found


@pytest.mark.parametrize("verb", ["", "é", "está", "fica", "segue", "vai", "tem", "merece", "chega"])
def test_words_in_the_order_of_a_statement_are_refused(verb: str) -> None:
    for subject, state, slot in product(SUBJECTS, STATES, Slot):
        text = " ".join(f"{subject} {verb} {state}.".split()).capitalize()
        assert why(text, slot, Mood.CALM, 15) is LineRefusal.PHRASES, text


@pytest.mark.parametrize("verb", sorted(STATING))
def test_no_class_of_words_holds_a_verb_that_states(verb: str) -> None:
    assert not [name for name, words in GRAMMAR.classes.items() if verb in words]


@pytest.mark.parametrize("word", FOREIGN)
def test_no_foreign_word_can_be_put_into_any_place_of_a_line_that_is_used(word: str) -> None:
    for text, slot, mood, hour in used("true_strict")[::3]:
        words = text.split(" ")
        for at in range(len(words) + 1):
            changed = " ".join([*words[:at], word, *words[at:]])
            assert why(changed, slot, mood, hour) is not None, changed


@pytest.mark.parametrize("slot", Slot)
@pytest.mark.parametrize("mood", Mood)
def test_two_lines_that_are_used_make_no_statement_together(slot: Slot, mood: Mood) -> None:
    """Half a line joined to half of another is used only where it has no verb that states but the fixed ones."""
    lines = [
        text.rstrip(" ✨💙🤗🌙☀️🎉.!").lower().split()
        for text, at, of, _ in used("true_strict")
        if (at, of) == (slot, mood)
    ]
    stating = {
        "está",
        "estão",
        "são",
        "tem",
        "têm",
        "era",
        "foi",
        "há",
        "vem",
        "faz",
        "traz",
        "dá",
        "merece",
        "ilumina",
    }
    for one, other in product(lines, lines):
        text = " ".join([*one[: (len(one) + 1) // 2], *other[len(other) // 2 :]]).capitalize()
        if why(text, slot, mood, 17) is None:
            assert stating.isdisjoint(text.lower().split()), text


def test_no_phrase_names_a_verb_that_states_beside_the_fixed_ones() -> None:
    words = frozenset[str]().union(*(node.words for rule in GRAMMAR.rules.values() for node in rule.walk()))
    told = "está estão são tem têm há foi era vem faz traz dá merece ilumina inspira encanta aquece brilha conta vale"
    assert words & frozenset(told.split()) == set()
