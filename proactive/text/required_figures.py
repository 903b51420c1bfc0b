"""What a text about given facts has to state outside its lists, and the words by which each figure is known.

| type | figures required | and word for word |
|---|---|---|
| daily_summary | bookings, revenue, new clients, pending | the bookings' lines |
| inactive_clients | inactive clients, days | the clients' lines, the suggested text, the question |
| birthdays | birthdays | the pets' lines, the suggested text, the question |
| opportunities | the 3 days, confirmed, free slots | the clients' lines, the actions, the question |
| low_occupancy | tomorrow's bookings, clients listed | the clients' lines, the offer, the question |
| custom_campaign | reach | name, audience, clients, text and time of the campaign, the question |
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from proactive.model.facts import (
    BirthdaysFacts,
    CustomCampaignFacts,
    DailySummaryFacts,
    Facts,
    InactiveClientsFacts,
    LowOccupancyFacts,
    OpportunitiesFacts,
)
from proactive.text.ai.numbers import plain


@dataclass(frozen=True, slots=True)
class RequiredFigure:
    """A figure and the beginnings of the words that must stand by it.

    One word of every group in `known_by` must be there; those in `may_have` may; any other word that belongs
    to another figure of the same text must not.
    """

    value: str
    known_by: tuple[tuple[str, ...], ...]
    may_have: tuple[str, ...] = ()
    is_money: bool = False
    is_lower_bound: bool = False


def _required(value: Decimal | int, *known_by: tuple[str, ...], may_have: tuple[str, ...] = ()) -> RequiredFigure:
    return RequiredFigure(plain(value), known_by, may_have)


_BOOKING, _CLIENT, _DAY = ("agendamento",), ("client",), ("dia", "dias")


def required_figures(facts: Facts, shown: int) -> tuple[RequiredFigure, ...]:
    """The figures that a text which lists `shown` lines must state."""
    match facts:
        case DailySummaryFacts():
            return _daily_summary(facts)
        case InactiveClientsFacts():
            days = RequiredFigure(plain(facts.days), (_DAY,), is_lower_bound=True)
            return (_required(facts.inactive, _CLIENT), days)
        case BirthdaysFacts():
            return (_required(facts.birthdays, ("aniversari",)),)
        case OpportunitiesFacts():
            return _opportunities(facts)
        case LowOccupancyFacts():
            listed = (_required(shown, _CLIENT),) if shown else ()
            return (_required(facts.bookings, _BOOKING), *listed)
        case CustomCampaignFacts():
            return (_required(facts.reach, _CLIENT),)
    return ()


def _daily_summary(facts: DailySummaryFacts) -> tuple[RequiredFigure, ...]:
    revenue = RequiredFigure(
        plain(facts.revenue), (("receita", "faturamento", "faturou", "reais", "r$"),), is_money=True
    )
    return (
        _required(facts.bookings, _BOOKING),
        revenue,
        _required(facts.new_clients, ("nov",), _CLIENT),
        _required(facts.pending, ("pendente", "pendência"), may_have=_BOOKING),
    )


def _opportunities(facts: OpportunitiesFacts) -> tuple[RequiredFigure, ...]:
    return (
        _required(3, _DAY),
        _required(facts.confirmed, ("confirmado",), may_have=_BOOKING),
        _required(facts.free_slots, ("vago", "vaga", "livre", "slot"), may_have=("horário",)),
    )
