"""What people do on /calendario: say what days are, where the shop is, which holidays count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from proactive.calendar.by_hand import DaysSaid
from proactive.calendar.exceptions import DayException, Says, checked_days, local_day, yearly
from proactive.calendar.unusable import UnusableDay
from proactive.model.author import Author
from proactive.web.pages.calendar import PATH, CalendarSearch, Done, show
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.scope import SignedInCaller, named_scope
from proactive.web.services import CurrentServices, Services

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

_SAYS: dict[str, Says] = {"fechado": "closed", "aberto": "open", "horas": "hours"}
#: The fields of two openings of a day.
_OPENINGS = (("das1", "as1"), ("das2", "as2"))


@router.post(f"{PATH}/dias")
def say_of_days(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices
) -> Response:
    """Say what a day or a stretch of days is (`fechado`, `aberto`, `horas`), or take it back (`normal`)."""
    scope, organization = named_scope(request, caller, services, pages)
    fields, author = request.state.form, caller.author("page")
    first = None
    try:
        first = local_day(fields.get("dia", ""))
        last = local_day(fields["ate"]) if fields.get("ate") else first
        said = _said(services, organization, fields, first, last, author)
    except UnusableDay as unusable:
        search = CalendarSearch(dia=first)
        return show(request, services, scope, search, problem=unusable.words, form=fields, status=422)
    if fields["acao"] == "aberto" and (asked := _without_hours(services, organization, first, last)):
        return RedirectResponse(f"{PATH}?{urlencode({'organizacao': str(organization), 'dia': str(asked)})}#dia", 303)
    undoes = {"desfaz": "1"} if said.changed and not said.had and fields["acao"] != "normal" else {}
    return _back(organization, fields["acao"], first, dia=first.isoformat(), ate=last.isoformat(), **undoes)


@router.post(f"{PATH}/lugar")
def confirm_place(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices
) -> Response:
    """Say where the shop is and follow its holidays (`seguir`), only say where it is (`lugar`), or say no (`nao`)."""
    scope, organization = named_scope(request, caller, services, pages)
    fields, author, now = request.state.form, caller.author("page"), dt.datetime.now(dt.UTC)
    action = fields.get("acao")
    try:
        if action == "nao":
            services.calendar.decline(organization, author, now)
        else:
            state, follows = fields.get("uf", ""), True if action == "seguir" else None
            code = _municipality(fields)
            services.calendar.confirm_place(organization, state, code, follows, author, now)
    except UnusableDay as unusable:
        return show(request, services, scope, CalendarSearch(), problem=unusable.words, form=fields, status=422)
    return _back(organization, action if action in ("nao", "seguir") else "lugar")


@router.post(f"{PATH}/ajustes")
def switch(request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices) -> Response:
    """Switch the following of holidays (`seguir`, `parar`), or the summary on closed days (`resumo`, `sem-resumo`)."""
    scope, organization = named_scope(request, caller, services, pages)
    author, now, action = caller.author("page"), dt.datetime.now(dt.UTC), request.state.form.get("acao")
    try:
        if action in ("seguir", "parar"):
            services.calendar.switch(organization, author, now, follows_holidays=action == "seguir")
        elif action in ("resumo", "sem-resumo"):
            services.calendar.switch(organization, author, now, summary_on_closed_days=action == "resumo")
        else:
            raise Refusal(422, "Escolha o que mudar.")
    except UnusableDay as unusable:
        return show(request, services, scope, CalendarSearch(), problem=unusable.words, status=422)
    return _back(organization, action if action in ("seguir", "parar") else "resumo")


@router.post(f"{PATH}/abrimos")
def open_on(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices
) -> Response:
    """Say that the shop opens each year on a holiday or a kind of them (`abrimos`), or not any more."""
    scope, organization = named_scope(request, caller, services, pages)
    fields = request.state.form
    opens = fields.get("acao") == "abrimos"
    try:
        now = dt.datetime.now(dt.UTC)
        services.calendar.open_on(organization, fields.get("que", "")[:80], opens, caller.author("page"), now)
    except UnusableDay as unusable:
        return show(request, services, scope, CalendarSearch(), problem=unusable.words, status=422)
    return _back(organization, "abrimos")


@router.post(f"{PATH}/cidade")
def close_on_municipal_holiday(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices
) -> Response:
    """Close on a holiday of the town, this year or each year that the calendar has."""
    scope, organization = named_scope(request, caller, services, pages)
    fields, author = request.state.form, caller.author("page")
    try:
        today = services.calendar.today(organization, dt.datetime.now(dt.UTC))
        day, title = local_day(fields.get("dia", "")), fields.get("nome", "").strip() or "Feriado da cidade"
        days = yearly(day, title, today) if fields.get("todo_ano") else (DayException(day, day, "closed", title=title),)
        checked = [each.checked(today) for each in days]
    except UnusableDay as unusable:
        return show(request, services, scope, CalendarSearch(), problem=unusable.words, form=fields, status=422)
    services.calendar.say_each(organization, checked, author)
    return _back(organization, "cidade", day, dia=day.isoformat(), ate=day.isoformat())


def _said(
    services: Services, organization: UUID, fields: Mapping[str, str], first: dt.date, last: dt.date, author: Author
) -> DaysSaid:
    """Do it. Raises UnusableDay."""
    today, action = services.calendar.today(organization, dt.datetime.now(dt.UTC)), fields.get("acao", "")
    if action == "normal":
        checked_days(first, last, today)
        return services.calendar.unsay(organization, first, last, author)
    if action in _SAYS:
        hours = _hours(fields) if action == "horas" else None
        exception = DayException(first, last, _SAYS[action], hours).checked(today)
        return services.calendar.say(organization, exception, author)
    raise UnusableDay("says", "closed, open or hours", "Toque em Fechado, Aberto ou Outro horário.")


def _without_hours(services: Services, organization: UUID, first: dt.date, last: dt.date) -> dt.date | None:
    """The first of some days that was said to be open and has no hours: the page asks for them."""
    days = services.calendar.read(organization, first, last, dt.datetime.now(dt.UTC)).days
    return next((day.date for day in days if day.needs_hours), None)


def _hours(fields: Mapping[str, str]) -> list[list[str]]:
    """The openings of a form; those that were left empty are none. Midnight may end a day."""
    given = [(fields.get(begins, "").strip(), fields.get(ends, "").strip()) for begins, ends in _OPENINGS]
    return [[begins[:5], "24:00" if ends[:5] == "00:00" else ends[:5]] for begins, ends in given if begins or ends]


def _municipality(fields: Mapping[str, str]) -> int | None:
    text = (fields.get("codigo", "") or fields.get("municipio", "")).strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) == len("3550308")):
        raise UnusableDay("municipality", "seven digits", "O código da cidade no IBGE tem 7 números.")
    return int(text)


def _back(organization: UUID, done: Done | Literal[""], month: dt.date | None = None, **more: str) -> Response:
    """To the page, and there to the month of what was done."""
    query = urlencode({"organizacao": str(organization), "feito": done} | more)
    place = f"#mes-{month:%Y-%m}" if month else ""
    return RedirectResponse(f"{PATH}?{query}{place}", 303)
