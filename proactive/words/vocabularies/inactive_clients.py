"""The vocabulary of the clients who stopped coming."""

from __future__ import annotations

from collections.abc import Sequence

from proactive.message_types.inactive_clients import INACTIVE_OFFER, TYPE, InactiveClientsFacts, pets_in_words
from proactive.model.facts import ClientLine
from proactive.words.common_names import GREETING, NAMES, common, number, number_field, text, text_field
from proactive.words.occasion import Occasion, Seen
from proactive.words.scenario import Scenario
from proactive.words.vocabulary import FigureClaim, NameValue, Vocabulary, WordingField


def _clients(seen: Seen) -> NameValue:
    found: list[dict[str, int | str]] = []
    for line in seen.facts.listed[: seen.shown]:
        number_of_pets, pets = pets_in_words(line, NAMES)
        name, phone = NAMES.client(line.name) or "Cliente", NAMES.phone(line.phone) or ""
        found.append({"nome": name, "telefone": phone, "pets": pets, "quantos_pets": number_of_pets})
    return found


def _first(occasion: Occasion) -> tuple[str | None, Sequence[str]]:
    listed = getattr(occasion.facts, "listed", ())
    return (listed[0].name, listed[0].pets) if listed else (None, ())


def _made(scenario: Scenario) -> InactiveClientsFacts:
    inactive, days, _, _ = scenario.figures
    lines = range(min(inactive, 10) if scenario.lines is None else scenario.lines)
    listed = tuple(
        ClientLine(id=scenario.id(n), name=scenario.client(n), phone=scenario.phone(n), pets=scenario.pets(n))
        for n in lines
    )
    return InactiveClientsFacts(
        date=scenario.date, fires=inactive > 0, days=min(max(days, 1), 3650), inactive=inactive, listed=listed
    )


_FIELDS = (
    text_field("nome", "nome do cliente", "Maria Silva"),
    text_field("telefone", "telefone", "11999998888"),
    text_field("pets", "nomes dos pets", "Luna e Rex"),
    number_field("quantos_pets", "quantos pets", 2),
)
_QUESTION = "Posso criar essa campanha para você?"

VOCABULARY = Vocabulary(
    type=TYPE,
    names=(
        *common("clientes inativos, os de maior valor primeiro", _FIELDS, _clients),
        number("inativos", "clientes inativos", 15, lambda seen: int(seen.facts.inactive), figure=True),
        number("dias", "dias sem contato", 30, lambda seen: int(seen.facts.days), figure=True),
        text("sugestao", "texto para os clientes", INACTIVE_OFFER, lambda seen: INACTIVE_OFFER),
    ),
    figures=(
        FigureClaim("inativos", "clientes inativos", (r"client\w*",)),
        FigureClaim("dias", "dias sem contato", (r"dias?",), after=("mais", "de")),
    ),
    made=_made,
    wording=(
        WordingField(
            "greeting", "Saudação", "Opa!",
            (("Opa!", "{{ saudacao }}"), ("Boa notícia!", f"{GREETING}Boa notícia!")),
        ),
        WordingField(
            "suggestion", "Texto para os clientes", INACTIVE_OFFER, (), frozenset({"loja"}), lines=True
        ),
        WordingField("question", "Pergunta final", _QUESTION, ((_QUESTION, "{{ pergunta }}"),)),
    ),
    client_text="sugestao",
    client=_first,
)  # fmt: skip
