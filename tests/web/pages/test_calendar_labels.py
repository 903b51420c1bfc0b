"""The words of /calendario."""

from __future__ import annotations

import datetime as dt

import pytest

from proactive.calendar.business_calendar import DayOfCalendar
from proactive.web.pages import calendar_labels as words

DAY = {"date": "2026-06-04", "state": "open", "source": "hours", "reason": None, "hours": [["08:00", "18:00"]],
       "holidays": [], "events": [], "exception": None, "bookings": 0}  # fmt: skip
CORPUS = {"slug": "corpus", "name": "Corpus Christi", "scope": "national", "kind": "optional", "law": None,
          "checked_on": None, "opens": False}  # fmt: skip
SAID = {"first_day": "2026-06-04", "last_day": "2026-06-04", "says": "closed", "hours": None, "title": None,
        "said_at": "2026-06-01T12:00:00Z"}  # fmt: skip


def day(**changes: object) -> DayOfCalendar:
    return DayOfCalendar.model_validate(DAY | changes)


def test_days_and_months_are_named_as_people_say_them() -> None:
    date = dt.date(2026, 6, 4)
    assert words.long_day(date) == "Quinta, 4 de junho"
    assert words.month_name(date) == "Junho de 2026" and words.short_month(date) == "jun"
    assert words.days(date, date) == "quinta, 04/06"
    assert words.days(dt.date(2026, 12, 20), dt.date(2027, 1, 5)) == "20/12 a 05/01"
    assert words.weekdays(["tue", "wed", "sat"]) == "terça, quarta e sábado"


@pytest.mark.parametrize(
    ("changes", "state", "why"),
    [
        ({}, "Aberto", "como toda semana"),
        ({"state": "closed", "hours": []}, "Fechado", "como toda semana"),
        ({"state": "closed", "source": "malformed_hours"}, "Fechado", "o horário do cadastro não pôde ser lido"),
        ({"state": "closed", "source": "exception", "exception": SAID}, "Fechado", "você marcou"),
        ({"state": "closed", "source": "exception", "exception": SAID | {"title": "Reforma"}}, "Fechado", "Reforma"),
        ({"source": "exception", "exception": SAID | {"says": "hours", "hours": [["09:00", "12:00"]]},
          "hours": [["09:00", "12:00"]]}, "09:00–12:00", "você marcou"),
        ({"state": "closed", "source": "feed"}, "Fechado", "sua agenda"),
        ({"state": "closed", "source": "feed", "events": ["Férias", "Obra", "x"]}, "Fechado",
         "sua agenda: Férias e Obra"),
        ({"state": "doubtful", "source": "holiday", "reason": "Corpus Christi", "holidays": [CORPUS]}, "A confirmar",
         "Corpus Christi (ponto facultativo nacional)"),
        ({"state": "doubtful", "source": "holiday", "holidays": [CORPUS | {"kind": "holiday", "scope": "DF"}],
          "bookings": 1}, "A confirmar", "Corpus Christi (feriado em DF, mas há 1 agendamento)"),
        ({"state": "closed", "source": "holiday", "holidays": [CORPUS | {"kind": "holiday", "scope": "2304400"}]},
         "Fechado", "Corpus Christi (feriado da cidade)"),
        ({"holidays": [CORPUS | {"opens": True}]}, "Aberto", "Corpus Christi: vocês abrem"),
    ],
)  # fmt: skip
def test_a_day_says_what_it_is_and_why(changes: dict[str, object], state: str, why: str) -> None:
    found = day(**changes)
    assert (words.state(found), words.why(found)) == (state, why)
    assert words.told(found) == f"quinta, 4 de junho: {state.lower()}, {why}"


def test_what_is_doubtful_is_asked_and_what_was_done_is_said() -> None:
    assert words.question(day(reason="Corpus Christi")) == "Você abre em Corpus Christi?"
    date = dt.date(2026, 6, 4)
    assert words.done("fechado", date, None) == "Quinta, 04/06: fechado."
    assert words.done("horas", date, date + dt.timedelta(days=2)) == "04/06 a 06/06: outro horário."
    assert words.done("nao", None, None).startswith("Tudo bem.")
