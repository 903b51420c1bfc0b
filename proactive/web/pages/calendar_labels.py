"""The words of /calendario: what a day is, why, and what its buttons do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from babel.dates import format_date

from proactive.calendar.business_calendar import BusinessCalendar, DayOfCalendar, ExceptionOfDay, HolidayOfDay
from proactive.feeds.words import PURPOSES, FaultWords, fault_words, reason_words
from proactive.text.formats import counted, joined, weekday
from proactive.web.pages.labels import LOCALE, ago

STATES = {"open": "Aberto", "closed": "Fechado", "doubtful": "A confirmar"}
TONES = {"open": "good", "closed": "bad", "doubtful": "warn"}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_NAMES = ("segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo")
SAID = {"closed": "fechado", "open": "aberto", "hours": "outro horário"}
#: Kinds of holidays: what they are called, what becomes of them, and how that comes back.
KINDS = {
    "holiday": {"days": "feriados", "otherwise": "fechado", "back": "Voltar a fechar"},
    "optional": {"days": "pontos facultativos", "otherwise": "a página pergunta", "back": "Voltar a perguntar"},
}

_DONE_OF_DAYS = {
    "fechado": "fechado", "aberto": "aberto no horário normal", "horas": "outro horário",
    "normal": "de novo como o calendário diz", "cidade": "feriado da cidade, fechado",
}  # fmt: skip
_DONE = {
    "agenda": "Agenda assinada: em um minuto ela é lida pela primeira vez.",
    "sem-agenda": "Agenda apagada: o que veio dela não vale mais.",
    "seguir": "Pronto: a loja segue os feriados. Nos que são facultativos, a página pergunta.",
    "parar": "Pronto: a loja não segue mais feriados.",
    "lugar": "Lugar guardado.",
    "nao": "Tudo bem. Se mudar de ideia, é só ligar os feriados no fim desta página.",
    "abrimos": "Guardado.",
    "resumo": "Guardado.",
}  # fmt: skip


def month_name(day: dt.date) -> str:
    """`Junho de 2026`."""
    name = str(format_date(day, "MMMM 'de' y", locale=LOCALE))
    return name[0].upper() + name[1:]


def short_month(day: dt.date) -> str:
    """`jun`."""
    return str(format_date(day, "MMM", locale=LOCALE)).rstrip(".")


def long_day(day: dt.date) -> str:
    """`Quinta, 4 de junho`."""
    name = weekday(day.isoweekday())
    date = format_date(day, "d 'de' MMMM", locale=LOCALE)
    return f"{name[0].upper()}{name[1:]}, {date}"


def days(first: dt.date, last: dt.date) -> str:
    """`quinta, 04/06`, or `20/12 a 05/01`."""
    if first == last:
        return f"{weekday(first.isoweekday())}, {first:%d/%m}"
    return f"{first:%d/%m} a {last:%d/%m}"


def hours(day: DayOfCalendar | ExceptionOfDay) -> str:
    """`09:00–12:00 e 14:00–18:00`; empty where there are none."""
    return joined([f"{begins}–{ends}" for begins, ends in day.hours or ()])


def state(day: DayOfCalendar) -> str:
    """`Fechado`, `A confirmar`; `09:00–13:00` of a day that is open in other hours."""
    other = day.state == "open" and day.exception is not None and day.exception.says == "hours"
    return hours(day) if other else STATES[day.state]


def holiday(one: HolidayOfDay) -> str:
    """`feriado nacional`, `ponto facultativo em SP`, `feriado da cidade`."""
    kind = "feriado" if one.kind == "holiday" else "ponto facultativo"
    return (
        f"{kind} {'nacional' if one.scope == 'national' else 'da cidade' if one.scope.isdigit() else f'em {one.scope}'}"
    )


def why(day: DayOfCalendar) -> str:
    """Why a day is what it is, for its business: `Natal (feriado nacional)`, `você marcou`, `sua agenda: Reforma`."""
    if day.source == "exception":
        return day.exception.title or "você marcou" if day.exception else "você marcou"
    if day.source == "feed":
        return f"sua agenda: {joined(day.events[:2])}" if day.events else "sua agenda"
    if day.source == "malformed_hours":
        return "o horário do cadastro não pôde ser lido"
    if day.source == "holiday" and day.holidays:
        booked = f", mas há {counted(day.bookings, 'agendamento', 'agendamentos')}" if _is_doubted(day) else ""
        counting = next((one for one in day.holidays if not one.opens), day.holidays[0])
        return f"{counting.name} ({holiday(counting)}{booked})"
    opened = [one.name for one in day.holidays if one.opens]
    return f"{joined(opened)}: vocês abrem" if opened else "como toda semana"


def question(day: DayOfCalendar) -> str:
    """`Você abre em Corpus Christi?`"""
    return f"Você abre em {day.reason}?"


def told(day: DayOfCalendar) -> str:
    """A day for who hears it: `quinta, 4 de junho: fechado, Corpus Christi (feriado nacional)`."""
    named = long_day(day.date)
    return f"{named[0].lower()}{named[1:]}: {state(day).lower()}, {why(day)}"


def weekdays(names: Sequence[str]) -> str:
    """`terça e quarta`, for `tue` and `wed`."""
    return joined([weekday(WEEKDAYS.index(name) + 1) for name in names])


def _is_doubted(day: DayOfCalendar) -> bool:
    return day.state == "doubtful" and day.bookings > 0 and any(one.kind == "holiday" for one in day.holidays)


def holiday_name(slug: str, calendar: BusinessCalendar) -> str:
    """The name of a holiday among the days that are shown; else its slug in words."""
    named = (one.name for day in calendar.days for one in day.holidays if one.slug == slug)
    return next(named, slug.replace("-", " "))


def done(what: str, first: dt.date | None, last: dt.date | None) -> str:
    """What was done just now, with the days that it was done of."""
    if what not in _DONE_OF_DAYS or first is None:
        return _DONE[what]
    named = days(first, last or first)
    return f"{named[0].upper()}{named[1:]}: {_DONE_OF_DAYS[what]}."


def feed_title(feed: Mapping[str, Any]) -> str:
    """What a feed is called: the business's own name for it, else the site of its address."""
    return str(feed["label"] or feed["host"])


def feed_purpose(feed: Mapping[str, Any]) -> str:
    """What a feed is for."""
    return PURPOSES[feed["purpose"]]


def feed_fault(feed: Mapping[str, Any]) -> FaultWords | None:
    """What is wrong with the last read of a feed, and what to do; None where it was well."""
    return fault_words(feed["fault"]) if feed["fault"] else None


def feed_state(feed: Mapping[str, Any], now: dt.datetime) -> str:
    """`lida há 5 min: 12 eventos`, `ainda não foi lida`."""
    if feed["good_at"] is None:
        return "ainda não foi lida: não fecha nem ocupa nada"
    events = counted(feed["events"], "evento", "eventos")
    return f"lida {ago(feed['good_at'], now)}: {events} até daqui a 60 dias"


def left_out(feed: Mapping[str, Any]) -> list[str]:
    """What of a feed does not count, and why: `Aula (repete a cada hora, minuto ou segundo)`."""
    return [
        f"{each.get('title') or 'sem título'} ({reason_words(each['reason'])})"
        for each in (*feed["refused"], *feed["ignored"])
    ]
