"""The vocabulary of the alert about tomorrow's few bookings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from proactive.message_types.low_occupancy import TYPE, ContactLine, LowOccupancyFacts, contact_reason
from proactive.text.formats import hour
from proactive.words.common_names import GREETING, NAMES, common, number, text, text_field
from proactive.words.occasion import Occasion, Seen
from proactive.words.scenario import Scenario
from proactive.words.vocabulary import FigureClaim, NameKind, NameValue, Vocabulary, WordingField, WordsName


def _contacts(seen: Seen) -> NameValue:
    return [
        {"nome": NAMES.client(line.name) or "Cliente", "motivo": contact_reason(line)}
        for line in seen.facts.listed[: seen.shown]
    ]


def _hours(seen: Seen) -> str:
    return ", ".join(hour(each) for each in seen.facts.free_hours)


def _suggestion(seen: Seen) -> str:
    named = "Horários disponíveis" if len(seen.facts.free_hours) > 1 else "Horário disponível"
    hours = f"{named}: {_hours(seen)}\n" if seen.facts.free_hours else ""
    return f"⚡ HOJE SÓ! Agende para amanhã e ganhe 25% OFF\n{hours}Vagas limitadas!"


def _first(occasion: Occasion) -> tuple[str | None, Sequence[str]]:
    listed = getattr(occasion.facts, "listed", ())
    return (listed[0].name, ()) if listed else (None, ())


def _made(scenario: Scenario) -> LowOccupancyFacts:
    bookings, contacts, free, _ = scenario.figures
    reasons = ("vip", "last_contact", "last_minute")
    lines = range(min(contacts, 15) if scenario.lines is None else min(scenario.lines, 15))
    listed = tuple(
        ContactLine.model_validate(
            {
                "id": scenario.id(n), "name": scenario.client(n), "reason": reasons[n % 3], "done_bookings": 20 - n,
                "days_since_contact": n,
            }
        )
        for n in lines
    )  # fmt: skip
    hours = () if scenario.nothing_free else (dt.time(10), dt.time(14, 30), dt.time(16))[: min(free, 3)]
    return LowOccupancyFacts(
        date=scenario.date, fires=bookings < _FEW, bookings=bookings, free_hours=hours, listed=listed
    )


_FEW = 3
_FIELDS = (
    text_field("nome", "nome do cliente", "Maria Silva"),
    text_field("motivo", "por que chamar", "cliente VIP, 20 agendamentos"),
)
_SUGGESTION = "⚡ HOJE SÓ! Agende para amanhã e ganhe 25% OFF\nHorários disponíveis: 10h, 14h, 16h\nVagas limitadas!"
_QUESTION = "Envio essa campanha agora?"
_FIRST_LINE = "{% if agendamentos %}"

VOCABULARY = Vocabulary(
    type=TYPE,
    names=(
        *common("clientes para chamar", _FIELDS, _contacts, listed_figure=True),
        number("agendamentos", "agendamentos de amanhã", 2, lambda seen: int(seen.facts.bookings), figure=True),
        WordsName(
            "dispara", NameKind.YES_NO, "se a agenda está vazia o bastante para o alerta", "sim",
            lambda seen: bool(seen.facts.fires),
        ),
        text("horarios", "horas livres de amanhã", "10h, 14h, 16h", _hours),
        number("quantos_horarios", "quantas horas livres", 3, lambda seen: len(seen.facts.free_hours)),
        text("sugestao", "texto para os clientes", _SUGGESTION, _suggestion),
    ),
    figures=(
        FigureClaim("agendamentos", "agendamentos de amanhã", (r"agendament\w*",)),
        FigureClaim("listados", "clientes da lista", (r"client\w*",), unless_zero=True),
    ),
    made=_made,
    wording=(
        WordingField("greeting", "Saudação", "", ((_FIRST_LINE, f"{GREETING}{_FIRST_LINE}"),)),
        WordingField(
            "suggestion", "Texto para os clientes", _SUGGESTION, (),
            frozenset({"loja", "horarios", "quantos_horarios"}), lines=True,
        ),
        WordingField("question", "Pergunta final", _QUESTION, ((_QUESTION, "{{ pergunta }}"),)),
    ),
    client_text="sugestao",
    client=_first,
)  # fmt: skip
