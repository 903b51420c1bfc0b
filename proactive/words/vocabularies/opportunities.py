"""The vocabulary of the openings worth filling."""

from __future__ import annotations

import datetime as dt

from proactive.message_types.opportunities import (
    TYPE,
    OpportunitiesFacts,
    VisitorLine,
    suggested_actions,
    visitor_reason,
)
from proactive.text.formats import weekday
from proactive.words.common_names import GREETING, NAMES, common, listing, number, number_field, text_field
from proactive.words.occasion import Seen
from proactive.words.scenario import Scenario
from proactive.words.vocabulary import FigureClaim, NameValue, Vocabulary, WordingField


def _visitors(seen: Seen) -> NameValue:
    return [
        {"nome": NAMES.client(line.name) or "Cliente", "motivo": visitor_reason(line, NAMES)}
        for line in seen.facts.listed[: seen.shown]
    ]


def _texts(seen: Seen) -> list[str]:
    return suggested_actions(seen.facts, seen.facts.listed[: seen.shown], NAMES)


def _actions(seen: Seen) -> NameValue:
    return [{"numero": place, "texto": each} for place, each in enumerate(_texts(seen), 1)]


def _closed(seen: Seen) -> NameValue:
    return [{"dia": _day(each.date), "motivo": NAMES.service(each.reason) or ""} for each in seen.facts.closed]


def _day(date: dt.date) -> str:
    return f"{weekday(date.isoweekday()).capitalize()}, {date:%d/%m}"


def _made(scenario: Scenario) -> OpportunitiesFacts:
    confirmed, free, _, _ = scenario.figures
    reasons: tuple[dict[str, object], ...] = (
        {"reason": "last_visit", "service": scenario.service(0)},
        {"reason": "rhythm", "rhythm": "fortnightly"},
        {"reason": "vip_weekday", "weekday": 2},
    )
    lines = range(min(confirmed, 5) if scenario.lines is None else min(scenario.lines, 5))
    listed = tuple(
        VisitorLine.model_validate(
            {"id": scenario.id(n), "name": scenario.client(n), "days_since": 9 + n, **reasons[n % len(reasons)]}
        )
        for n in lines
    )
    closed = [{"date": day, "reason": reason} for day, reason in scenario.closed]
    return OpportunitiesFacts.model_validate(
        {
            "date": scenario.date, "fires": True, "confirmed": confirmed, "free_slots": free,
            "emptiest": "morning" if free else None, "listed": listed, "closed": closed,
        }
    )  # fmt: skip


_FIELDS = (
    text_field("nome", "nome do cliente", "João Santos"),
    text_field("motivo", "por que pode precisar", "costuma agendar quinzenalmente"),
)
_ACTION_FIELDS = (
    number_field("numero", "número da ação, com que se responde", 1),
    text_field("texto", "o que fazer", "Enviar lembrete para Maria"),
)
_CLOSED_FIELDS = (
    text_field("dia", "dia fechado", "Quinta, 04/06"),
    text_field("motivo", "por que fecha", "Corpus Christi"),
)
_QUESTION = (
    "{% if quantas_acoes > 1 %}Quer que eu crie essas campanhas?{% else %}Quer que eu crie essa campanha?{% endif +%}"
)
_HEADING = "📈 Oportunidades"

VOCABULARY = Vocabulary(
    type=TYPE,
    names=(
        *common("clientes que podem precisar de atendimento", _FIELDS, _visitors),
        number(
            "confirmados", "confirmados nos próximos 3 dias", 8, lambda seen: int(seen.facts.confirmed), figure=True
        ),
        number("horarios_vagos", "horários vagos", 12, lambda seen: int(seen.facts.free_slots), figure=True),
        listing("acoes", "ações sugeridas", _ACTION_FIELDS, _actions, item="acao"),
        number("quantas_acoes", "quantas ações", 3, lambda seen: len(_texts(seen))),
        listing("fechados", "dias fechados", _CLOSED_FIELDS, _closed),
    ),
    figures=(
        FigureClaim("", "os 3 dias", (r"dias?",), constant=3),
        FigureClaim("confirmados", "confirmados", (r"confirmad\w*",), may_stand=r"agendament\w*"),
        FigureClaim(
            "horarios_vagos", "horários vagos", (r"vag[oa]s?|livres?|slots?",), may_stand=r"horarios?"
        ),
    ),
    made=_made,
    wording=(
        WordingField("greeting", "Saudação", "", ((_HEADING, f"{GREETING}{_HEADING}"),)),
        WordingField(
            "question", "Pergunta final", "Quer que eu crie essas campanhas?", ((_QUESTION, "{{ pergunta }}"),)
        ),
    ),
)  # fmt: skip
