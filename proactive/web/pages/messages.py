"""/mensagens: the search, its table for spreadsheets, and one message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from proactive.jobs.resend import MOST_AT_ONCE
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.failure_reasons import FailureReason
from proactive.records.queries import TEXT_SEARCHED_DAYS, FailedCounts, MessageFilter
from proactive.web.auth.callers import Caller
from proactive.web.pages.message_search import MessageSearch
from proactive.web.pages.messages_csv import AT_ONCE, LONGEST, csv_cut, csv_lines
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import Scope, SignedInCaller, scope_of
from proactive.web.services import CurrentServices, Services

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

_ON_A_PAGE = 40
Row = dict[str, Any]


@router.get("/mensagens")
def message_list(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[MessageSearch, Query()],
) -> Response:  # fmt: skip
    """Messages, newest first, and how many of them failed, why."""
    scope = scope_of(caller, query.organizacao, services, pages)
    wanted = query.filter(scope, dt.datetime.now(dt.UTC))
    found = services.queries.messages(wanted, query.after, _ON_A_PAGE + 1)
    rows, fields = services.queued.with_waits(found[:_ON_A_PAGE]), query.fields
    last = {"antes": rows[-1]["created_at"], "antes_id": rows[-1]["id"]} if len(found) > _ON_A_PAGE else {}
    nothing = query.situacao not in (None, "failed") or query.entrega is not None
    counts = FailedCounts(0, 0, {}) if nothing else services.queries.failed(wanted)
    return page(
        request, "mensagens.html", rows=rows, following=urlencode(fields | last) if last else None,
        first=urlencode(fields) if query.after else None, query=query, scope=scope, types=list(MESSAGE_TYPES),
        filtered=bool(fields), fields=fields, queued=_queued(services, scope, query),
        address=urlencode(fields), counts=counts, most=MOST_AT_ONCE,
        reasons=list(FailureReason), longest=LONGEST,
        text_since=TEXT_SEARCHED_DAYS if query.texto and wanted.since and query.de is None else None,
        by_reason=[(code, number, urlencode(fields | {"motivo": code, "situacao": "failed"}))
                   for code, number in sorted(counts.reasons.items(), key=lambda one: -one[1])],
    )  # fmt: skip


@router.get("/mensagens.csv")
def message_table(
    caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[MessageSearch, Query()],
) -> Response:  # fmt: skip
    """What the list shows, all pages of it, as a table for spreadsheets; a page is read when it is sent."""
    scope = scope_of(caller, query.organizacao, services, pages)
    every = _every_page(services, query.filter(scope, dt.datetime.now(dt.UTC)))
    # the first page is read at once: where Supabase is away, a page says so instead of a torn file
    first = next(every, [])

    def lines() -> Iterator[str]:
        yield csv_lines(first, heading=True)
        number = len(first)
        for rows in every:
            yield csv_lines(rows, heading=False)
            number += len(rows)
        if number >= LONGEST:
            yield csv_cut()

    headers = {"Content-Disposition": 'attachment; filename="mensagens.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/mensagens/{message_id}")
def message(request: Request, caller: SignedInCaller, services: CurrentServices, message_id: UUID) -> Response:
    """One message with its text and its figures."""
    return page(request, "mensagem.html", **_values(caller, services, message_id))


@router.get("/mensagens/{message_id}/parte")
def message_part(request: Request, caller: SignedInCaller, services: CurrentServices, message_id: UUID) -> Response:
    """What of a message's page changes, which the page replaces until the message has ended."""
    return page(request, "mensagem_parte.html", **_values(caller, services, message_id))


def found_message(caller: Caller, services: Services, message_id: UUID) -> Row:
    """The message of that id, which may have no record yet. Raises Refusal (404): none that the caller may see."""
    row = services.queries.message(message_id)
    row = services.queued.find(message_id) if row is None else services.queued.with_waits([row])[0]
    if row is None or not caller.sees(row["organization_id"]):
        raise Refusal(404, "Não há mensagem com este número.")
    return row


def _values(caller: Caller, services: Services, message_id: UUID) -> dict[str, Any]:
    row = found_message(caller, services, message_id)
    return {"row": row, "steps": _steps(row), "ended": row["status"] in ("sent", "failed")}


def _queued(services: Services, scope: Scope, query: MessageSearch) -> list[Row]:
    """Those that wait and have no record yet, where the filters do not ask for what only records have."""
    only_records = query.fields.keys() - {"tipo", "organizacao", "situacao"}
    if query.after or only_records or query.situacao not in (None, "pending"):
        return []
    return services.queued.unrecorded(
        lambda one: query.tipo in (None, one.task.type) and scope.organization in (None, one.task.organization_id)
    )


def _every_page(services: Services, wanted: MessageFilter) -> Iterator[list[Row]]:
    after: tuple[dt.datetime, UUID] | None = None
    for _ in range(LONGEST // AT_ONCE):
        rows = services.queries.messages(wanted, after, AT_ONCE)
        if not rows:
            return
        yield rows
        after = (dt.datetime.fromisoformat(rows[-1]["created_at"]), UUID(rows[-1]["id"]))


def _steps(row: Row) -> list[tuple[str, str, str]]:
    """A message's steps in the order of time: label, instant, and the tone `good`, `bad` or none."""
    receipts = row["receipts"]
    steps = [
        ("Prevista", row["scheduled_for"], ""),
        ("Escrita", row["created_at"], ""),
        ("Aceita pelo gateway", row["sent_at"], ""),
        ("No servidor do WhatsApp", receipts.get("server_ack_at"), ""),
        ("Entregue", receipts.get("delivered_at"), "good"),
        ("Lida", receipts.get("read_at"), "good"),
        ("Recusada pelo WhatsApp", receipts.get("error_at"), "bad"),
        *(("Respondida", received, "good") for received in row["replies"]),
    ]
    reached = [step for step in steps if step[1] is not None]
    return sorted(reached, key=lambda step: dt.datetime.fromisoformat(step[1]))
