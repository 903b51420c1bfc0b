"""/auditoria: who did what, and its table for spreadsheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BeforeValidator, StringConstraints

from proactive.model.change_words import words_of
from proactive.records.change_queries import ChangeFilter, ChangeQueries
from proactive.storage.answers import Row
from proactive.web.pages import change_labels
from proactive.web.pages.changes_csv import AT_ONCE, LONGEST, csv_cut, csv_lines
from proactive.web.pages.page_query import FormOrganization, PeriodQuery, none_if_empty
from proactive.web.pages.page_route import PrivateRoute
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import Scope, SignedInCaller, scope_of
from proactive.web.services import CurrentServices

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

PATH = "/auditoria"
_ON_A_PAGE = 100
#: What one click did many times is shown once: so far apart are two of them at most.
_TOGETHER = dt.timedelta(minutes=2)


class ChangeSearch(PeriodQuery):
    """The filters of the log; `antes` and `antes_id` are the last row of the page before."""

    o_que: Annotated[str | None, StringConstraints(pattern=r"^[a-z_]{1,60}$"), BeforeValidator(none_if_empty)] = None
    quem: Annotated[str | None, StringConstraints(pattern=r"^[^\x00-\x1f]{1,120}$"), BeforeValidator(none_if_empty)] = (
        None
    )
    organizacao: FormOrganization = None

    def filter(self, scope: Scope) -> ChangeFilter:
        """The filter of what a page of that scope shows; days are the scope's, `ate` included."""
        return ChangeFilter(scope.organization, self.o_que, self.quem, *self.midnights(scope.zone))


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Changes in a row of the same kind by the same person: what one click did."""

    rows: Sequence[Row]

    @property
    def first(self) -> Row:
        """The newest of them."""
        return self.rows[0]


@router.get(PATH)
def change_list(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[ChangeSearch, Query()],
) -> Response:  # fmt: skip
    """Who did what, newest first."""
    scope, queries = scope_of(caller, query.organizacao, services, pages), ChangeQueries(services.app.database)
    found = queries.changes(query.filter(scope), query.after, _ON_A_PAGE + 1)
    rows, fields = found[:_ON_A_PAGE], query.fields
    last = {"antes": rows[-1]["at"], "antes_id": rows[-1]["id"]} if len(found) > _ON_A_PAGE else {}
    facets = queries.facets(scope.organization)
    people = [(each["by"], change_labels.who(each | {"by_name": each["name"]}, caller.id)) for each in facets["by"]]
    actions = [(action, words_of(action)) for action in facets["actions"]]
    return page(
        request, "auditoria.html", groups=grouped(rows), scope=scope, query=query, mine=caller.id,
        filtered=bool(fields), address=urlencode(fields), longest=LONGEST,
        people=sorted(people, key=lambda one: one[1]), actions=sorted(actions, key=lambda one: one[1]),
        following=urlencode(fields | last) if last else None,
        first=urlencode(fields) if query.after else None,
    )  # fmt: skip


@router.get(f"{PATH}.csv")
def change_table(
    caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[ChangeSearch, Query()],
) -> Response:  # fmt: skip
    """What the list shows, all pages of it, as a table for spreadsheets; a page is read when it is sent."""
    scope = scope_of(caller, query.organizacao, services, pages)
    every = _every_page(ChangeQueries(services.app.database), query.filter(scope))
    # the first page is read at once: where Supabase is away, a page says so instead of a torn file
    first = next(every, [])

    def lines() -> Iterator[str]:
        yield csv_lines(first, scope.zone, caller.id, heading=True)
        number = len(first)
        for rows in every:
            yield csv_lines(rows, scope.zone, caller.id, heading=False)
            number += len(rows)
        if number >= LONGEST:
            yield csv_cut()

    headers = {"Content-Disposition": 'attachment; filename="auditoria.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


def grouped(rows: Sequence[Row]) -> list[ChangeGroup]:
    """Changes (newest first) with those together that one click made."""
    groups: list[list[Row]] = [[rows[0]]] if rows else []
    for newer, older in pairwise(rows):
        if _together(newer, older):
            groups[-1].append(older)
        else:
            groups.append([older])
    return [ChangeGroup(each) for each in groups]


def _together(newer: Row, older: Row) -> bool:
    same = all(newer[name] == older[name] for name in ("action", "by", "via", "organization_id"))
    return same and dt.datetime.fromisoformat(newer["at"]) - dt.datetime.fromisoformat(older["at"]) <= _TOGETHER


def _every_page(queries: ChangeQueries, wanted: ChangeFilter) -> Iterator[list[Row]]:
    after: tuple[dt.datetime, UUID] | None = None
    for _ in range(LONGEST // AT_ONCE):
        rows = queries.changes(wanted, after, AT_ONCE)
        if not rows:
            return
        yield rows
        after = (dt.datetime.fromisoformat(rows[-1]["at"]), UUID(rows[-1]["id"]))
