"""Which lines of the AI may stand in a message: the corpora, each rule by itself, and what may be put into one."""

from __future__ import annotations

import re
import time
import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proactive.model.ai import LineRefusal, Slot
from proactive.text.ai.lines import LINE_LIMIT, NAME, LineCheck, bindings, filled
from proactive.text.ai.notation import load_grammar
from proactive.text.framing import Greeted
from proactive.text.mood import Mood
from tests.text.ai.corpora import lines_of

CHECK = LineCheck(load_grammar())
MORNING, EVENING = Greeted("Ana", 9), Greeted("Ana", 18)
#: An hour of every part of the day that the phrases know.
HOURS = (3, 9, 15, 17, 18, 22)
UNTRUE = [
    line
    for name in ("held_out", "development", "known_words", "everyday", "strict", "by_the_rules")
    for line in lines_of(f"untrue_{name}")
]
TRUE = [*lines_of("true_held_out"), *lines_of("true_development"), *lines_of("true_fresh"), *lines_of("true_set_aside")]
GOOD = [
    (Slot.OPENING, Mood.CALM, "Oi, {nome}! Que bom falar com você."),
    (Slot.CLOSING, Mood.CALM, "Muito obrigada pela confiança. Um abraço carinhoso!"),
    (Slot.CLOSING, Mood.ENCOURAGING, "Muita força e boas energias para você! 💛"),
    (Slot.OPENING, Mood.ACCOMPLISHED, "Parabéns pelo dia, {nome}! 🎉"),
    (Slot.OPENING, Mood.FESTIVE, "Oi, {nome}! Hoje é dia de festa!"),
    (Slot.CLOSING, Mood.FESTIVE, "Que seja um dia cheio de alegria e carinho."),
]


def why(text: str, slot: Slot = Slot.OPENING, mood: Mood = Mood.CALM, greeted: Greeted = EVENING) -> LineRefusal | None:
    return CHECK.why_unfit(text, slot, mood, greeted)


def places(heading: str) -> list[tuple[Slot, Mood, Greeted]]:
    """Where a line of a corpus is tried: in both slots, and in every mood at every hour if its heading names none."""
    if heading.startswith("mood "):
        _, mood, hour = heading.split()
        return [(slot, Mood(mood), Greeted("Ana", int(hour))) for slot in Slot]
    return [(slot, mood, Greeted("Ana", hour)) for slot in Slot for mood in Mood for hour in HOURS]


def test_no_untrue_line_is_used_in_any_slot_mood_and_hour() -> None:
    tried = ((text, place) for kind, text in UNTRUE for place in places(kind))
    assert [(text, place) for text, place in tried if why(text, *place) is None] == []


@pytest.mark.parametrize(
    ("half", "most"),
    [
        *(("strict", 0.0), ("instructed", 0.1), ("held_out", 0.15), ("development", 0.15), ("fresh", 0.16)),
        *(("set_aside", 0.5), ("plain", 0.15), ("free", 0.5)),
    ],
)
def test_most_of_the_warm_lines_are_used(half: str, most: float) -> None:
    lines = list(lines_of(f"true_{half}"))
    refused = []
    for heading, text in lines:
        slot, mood, hour = heading.split()
        if why(text, Slot(slot), Mood(mood), Greeted("Ana", int(hour))) is not None:
            refused.append(text)
    assert len(refused) <= most * len(lines), refused


def test_the_corpora_are_as_large_as_they_have_to_be() -> None:
    assert len({text for _, text in UNTRUE}) >= 300
    assert len({text for _, text in TRUE}) >= 100
    assert len({kind for kind, _ in UNTRUE}) >= 25


@pytest.mark.parametrize(("slot", "mood", "text"), GOOD)
def test_a_good_line_is_used(slot: Slot, mood: Mood, text: str) -> None:
    assert why(text, slot, mood, MORNING) is None


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("Um abraço carinhoso, " * 9, LineRefusal.TOO_LONG),
        ("Um abraço!\nUm beijo!", LineRefusal.CHARACTERS),
        ("Um abraço 1", LineRefusal.CHARACTERS),
        ("Um Abraço", LineRefusal.CHARACTERS),
        ("Um abraço 💛💛💛💛", LineRefusal.CHARACTERS),
        ("", LineRefusal.MISSING),
        (" 💛 !", LineRefusal.MISSING),
        ("Muita paz. Um abraço. Tudo de bom.", LineRefusal.SENTENCES),
        ("Oi, {nome}! Um abraço, {nome}!", LineRefusal.NAME),
        ("Oi, agenda!", LineRefusal.PHRASES),
        ("Oi", None),
        ("Olá! Muita paz. Um abraço.", None),
        ("  Um abraço!  ", None),
        ("Um abraço 💛💛💛", None),
        ("Olá, {nome} – que bom falar com você…", None),
    ],
)
def test_each_rule_has_its_reason(text: str, refusal: LineRefusal | None) -> None:
    assert why(text) is refusal


def test_a_line_may_be_as_long_as_the_limit_with_the_name_in_it() -> None:
    line = "Oi, {nome}!"
    longest = "A" + "n" * (LINE_LIMIT - len(line) + len(NAME) - 1)
    assert why(line, greeted=Greeted(longest, 9)) is None
    assert why(line, greeted=Greeted(longest + "a", 9)) is LineRefusal.TOO_LONG


def test_an_owner_without_a_known_name_is_not_named() -> None:
    assert why("Oi, {nome}!", greeted=Greeted(None, 9)) is LineRefusal.NAME
    assert why("Oi!", greeted=Greeted(None, 9)) is None
    assert filled("Oi, {nome}!", EVENING) == "Oi, Ana!"


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("Bom dia!", range(5, 12)), ("Boa tarde!", range(12, 18)), ("Boa noite!", [*range(5), *range(18, 24)]),
        ("Tenha uma linda noite!", [*range(5), *range(17, 24)]), ("Tenha um lindo dia!", range(5, 17)),
        ("Que sua manhã seja leve.", range(5, 12)),
    ],
)  # fmt: skip
def test_a_part_of_the_day_is_named_only_when_it_is_that(text: str, hours: list[int]) -> None:
    assert [hour for hour in range(24) if why(text, greeted=Greeted("Ana", hour)) is None] == list(hours)


@pytest.mark.parametrize("text", ["Que dia lindo!", "Parabéns pelo dia!", "Parabéns!", "Que orgulho de você!"])
def test_a_day_is_celebrated_only_where_work_was_done(text: str) -> None:
    fits = {mood for mood in Mood if why(text, mood=mood) is None}
    assert fits - {Mood.FESTIVE} == {Mood.ACCOMPLISHED}


@pytest.mark.parametrize(
    "text",
    [
        *("Bom trabalho!", "Parabéns por tanta dedicação.", "Você é especial.", "Sua luz inspira.", "Conte comigo!"),
        *(
            "Com carinho, Aurora.",
            "Sorria!",
            "Vamos celebrar!",
            "Muita paz por aí.",
            "Um abraço 🐾",
            "Gentileza gera amor.",
        ),
    ],
)
@pytest.mark.parametrize("slot", Slot)
def test_what_praises_promises_asks_or_names_is_used_in_no_mood(slot: Slot, text: str) -> None:
    assert not [mood for mood in Mood if why(text, slot, mood, MORNING) is None]


@pytest.mark.parametrize("text", ["Hoje é dia de festa!", "Um abraço bem festivo!"])
@pytest.mark.parametrize("slot", Slot)
def test_a_feast_is_wished_only_on_a_birthday(slot: Slot, text: str) -> None:
    assert why(text, slot, Mood.FESTIVE, MORNING) is None
    assert {why(text, slot, mood, MORNING) for mood in (Mood.CALM, Mood.ENCOURAGING)} == {LineRefusal.PHRASES}


@pytest.mark.parametrize("text", ["Uma dia linda!", "Uma dia linda para você.", "Muito paz e luz para você!"])
def test_words_that_disagree_are_no_phrase(text: str) -> None:
    assert why(text) is LineRefusal.PHRASES


@pytest.mark.parametrize("text", ["Parabéns, {nome}!", "Feliz aniversário, {nome}!", "Parabéns pelo seu dia!"])
def test_a_pets_birthday_is_never_the_owners(text: str) -> None:
    assert why(text, mood=Mood.FESTIVE, greeted=MORNING) is not None


@pytest.mark.parametrize("text", ["Obrigada!", "Até logo!", "Tchau!", "Até a próxima!"])
def test_a_farewell_stands_at_the_end(text: str) -> None:
    assert why(text, Slot.CLOSING) is None
    assert text == "Obrigada!" or why(text, Slot.OPENING) is not None


BOUND = dict.fromkeys(bindings(Mood.CALM, 9), "nowhere")
KNOWN = {slot: load_grammar().vocabulary(slot, BOUND) for slot in Slot}


def cuts(text: str) -> list[int]:
    """Where something may be put into a line: its ends and its spaces."""
    return [0, *(at for at, sign in enumerate(text) if sign == " "), len(text)]


@given(
    line=st.sampled_from(GOOD),
    word=st.sampled_from([text for _, text in UNTRUE if text.isalpha()])
    | st.sampled_from(
        [
            "agenda",
            "não",
            "dois",
            "R$",
            "3",
            "10%",
            "IV",
            "amanhã",
            "sexta",
            "Rex",
            "Maria",
            "link",
            "grátis",
            "enviei",
            "quer",
        ]
    )
    | st.from_regex(r"[a-z]{9,14}", fullmatch=True),
    data=st.data(),
)
def test_no_foreign_word_can_be_put_into_a_good_line(
    line: tuple[Slot, Mood, str], word: str, data: st.DataObject
) -> None:
    slot, mood, text = line
    if word.lower() not in KNOWN[slot]:
        at = data.draw(st.sampled_from(cuts(text)))
        assert why(f"{text[:at]} {word} {text[at:]}", slot, mood, MORNING) is not None


EMOJI = "".join(load_grammar().classes["emoji"] | load_grammar().classes["joyful_emoji"])
#: Every character but those of our lines: letters of Portuguese, marks, emoji.
FOREIGN = st.characters(exclude_characters=" .!,…–—-" + EMOJI).filter(
    lambda sign: not re.match(r"[a-zà-ü]", sign.lower())
)


@given(line=st.sampled_from(GOOD), character=FOREIGN, data=st.data())
def test_no_foreign_character_can_be_put_into_a_good_line(
    line: tuple[Slot, Mood, str], character: str, data: st.DataObject
) -> None:
    slot, mood, text = line
    at = data.draw(st.integers(0, len(text)))
    assert why(text[:at] + character + text[at:], slot, mood, MORNING) is not None


@pytest.mark.parametrize(
    "character", ["\u200b", "\u200d", "\ufe0f", "\u0301", "\u0327", "\u00ad", "\u202e", "\xa0", "\u20e3"]
)
@pytest.mark.parametrize(("slot", "mood", "text"), GOOD)
def test_no_character_that_hides_can_be_put_anywhere(slot: Slot, mood: Mood, text: str, character: str) -> None:
    changed = (text[:at] + character + text[at:] for at in range(len(text) + 1))
    assert all(why(line, slot, mood, MORNING) is not None for line in changed)


@pytest.mark.parametrize(("slot", "mood", "text"), GOOD)
@pytest.mark.parametrize("form", ["NFD", "NFKD"])
def test_a_line_in_another_normal_form_is_refused(
    slot: Slot, mood: Mood, text: str, form: Literal["NFD", "NFKD"]
) -> None:
    other = unicodedata.normalize(form, text)
    assert other == text or why(other, slot, mood, MORNING) is not None


@given(st.text(max_size=200), st.sampled_from(Slot), st.sampled_from(Mood), st.integers(0, 23))
def test_whatever_the_ai_writes_is_judged(text: str, slot: Slot, mood: Mood, hour: int) -> None:
    assert why(text, slot, mood, Greeted(None, hour)) in {None, *LineRefusal}


def test_the_longest_line_is_judged_at_once() -> None:
    began = time.process_time()
    for text in ("Muita paz e " * 13, "um abraço cheio de dias cheios de " * 4, "Com carinho, " * 12, "ótimo " * 26):
        for mood in Mood:
            why(text[:LINE_LIMIT], Slot.CLOSING, mood)
    assert time.process_time() - began < 4
