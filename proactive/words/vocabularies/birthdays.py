"""The vocabulary of the day's birthdays."""

from __future__ import annotations

from collections.abc import Sequence

from proactive.message_types.birthdays import TYPE, BirthdayLine, BirthdaysFacts
from proactive.words.common_names import GREETING, NAMES, common, number, text, text_field
from proactive.words.occasion import Occasion, Seen
from proactive.words.scenario import Scenario
from proactive.words.vocabulary import FigureClaim, NameValue, Vocabulary, WordingField


def _pets(seen: Seen) -> NameValue:
    return [
        {
            "pet": NAMES.pet(line.pet) or "Pet",
            "tutor": NAMES.client(line.client) or "Cliente",
            "telefone": NAMES.phone(line.phone) or "",
        }
        for line in seen.facts.listed[: seen.shown]
    ]


def _suggestion(seen: Seen) -> str:
    listed = seen.facts.listed
    first = NAMES.pet(listed[0].pet) if listed else None
    return f"Parabéns{f', {first}' if first else ''}! 🎉 Hoje é dia de festa! Ganhe 10% OFF no próximo banho."


def _first(occasion: Occasion) -> tuple[str | None, Sequence[str]]:
    listed = getattr(occasion.facts, "listed", ())
    return (listed[0].client, (listed[0].pet,)) if listed else (None, ())


def _made(scenario: Scenario) -> BirthdaysFacts:
    birthdays = scenario.figures[0]
    lines = range(min(birthdays, 200) if scenario.lines is None else min(scenario.longest or scenario.lines, 200))
    listed = tuple(
        BirthdayLine(
            id=scenario.id(n), pet=scenario.pet(n) or "", client=scenario.client(n), phone=scenario.phone(n)
        )
        for n in lines
    )  # fmt: skip
    return BirthdaysFacts(date=scenario.date, fires=birthdays > 0, birthdays=birthdays, listed=listed)


_FIELDS = (
    text_field("pet", "nome do pet", "Rex"),
    text_field("tutor", "nome do tutor", "Maria Silva"),
    text_field("telefone", "telefone do tutor", "11999998888"),
)
_SUGGESTION = "Parabéns, Rex! 🎉 Hoje é dia de festa! Ganhe 10% OFF no próximo banho."
_QUESTION = "Quer que eu envie para todos?"
_FIRST_LINE = "{% if aniversariantes %}"

VOCABULARY = Vocabulary(
    type=TYPE,
    names=(
        *common("pets que fazem aniversário", _FIELDS, _pets),
        number("aniversariantes", "aniversariantes do dia", 3, lambda seen: int(seen.facts.birthdays), figure=True),
        text("sugestao", "texto para os clientes", _SUGGESTION, _suggestion),
    ),
    figures=(FigureClaim("aniversariantes", "aniversariantes", (r"aniversari\w*",)),),
    made=_made,
    wording=(
        WordingField("greeting", "Saudação", "", ((_FIRST_LINE, f"{GREETING}{_FIRST_LINE}"),)),
        WordingField("suggestion", "Texto para os clientes", _SUGGESTION, (), frozenset({"loja"}), lines=True),
        WordingField("question", "Pergunta final", _QUESTION, ((_QUESTION, "{{ pergunta }}"),)),
    ),
    client_text="sugestao",
    client=_first,
)
