"""/mensagens: the search, one message, and sending a failed one again."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BeforeValidator, StringConstraints

from proactive.jobs.resend import resend
from proactive.message_types.registry import MESSAGE_TYPES, TypeName
from proactive.model.metrics import DeliveryState
from proactive.model.zones import zone_info
from proactive.records.queries import MessageFilter
from proactive.web.auth.callers import Caller
from proactive.web.pages.page_query import FormDate, FormOrganization, PageMoment, PageQuery, none_if_empty
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.page_services import CurrentPageServices
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import SignedInCaller, scope_of
from proactive.web.services import CurrentServices, Services

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

_ON_A_PAGE = 40
_SearchedId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:@-]{1,80}$")]


class MessageSearch(PageQuery):
    """The filters of the list; `antes` and `antes_id` are the last row of the page before."""

    tipo: Annotated[TypeName | None, BeforeValidator(none_if_empty)] = None
    situacao: Annotated[Literal["sent", "failed", "pending"] | None, BeforeValidator(none_if_empty)] = None
    entrega: Annotated[DeliveryState | None, BeforeValidator(none_if_empty)] = None
    organizacao: FormOrganization = None
    de: FormDate = None
    ate: FormDate = None
    id: Annotated[_SearchedId | None, BeforeValidator(none_if_empty)] = None
    antes: PageMoment | None = None
    antes_id: UUID | None = None


@router.get("/mensagens")
def message_list(
    request: Request, caller: SignedInCaller, services: CurrentServices, pages: CurrentPageServices,
    query: Annotated[MessageSearch, Query()],
) -> Response:  # fmt: skip
    """Messages, newest first."""
    scope = scope_of(caller, query.organizacao, services, pages)
    filters = MessageFilter(
        scope.organization, query.tipo, query.situacao,
        _midnight(query.de, scope.zone, 0), _midnight(query.ate, scope.zone, 1), query.id, query.entrega,
    )  # fmt: skip
    after = (query.antes, query.antes_id) if query.antes and query.antes_id else None
    found = services.queries.messages(filters, after, _ON_A_PAGE + 1)
    rows = found[:_ON_A_PAGE]
    fields = query.model_dump(mode="json", exclude_none=True, exclude={"antes", "antes_id"})
    last = {"antes": rows[-1]["created_at"], "antes_id": rows[-1]["id"]} if len(found) > _ON_A_PAGE else {}
    return page(
        request, "mensagens.html", rows=rows, following=urlencode(fields | last) if last else None,
        first=urlencode(fields) if after else None, query=query, scope=scope, types=list(MESSAGE_TYPES),
        filtered=bool(fields),
    )  # fmt: skip


@router.get("/mensagens/{message_id}")
def message(
    request: Request, caller: SignedInCaller, services: CurrentServices, message_id: UUID,
    reenviada: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:  # fmt: skip
    """One message with its text and its figures."""
    row = _found(caller, services, message_id)
    return page(request, "mensagem.html", row=row, steps=_steps(row), resent=reenviada is not None)


@router.post("/mensagens/{message_id}/reenviar")
def requeue(caller: SignedInCaller, services: CurrentServices, message_id: UUID) -> Response:
    """Send a failed message again."""
    row = _found(caller, services, message_id)
    if row["status"] != "failed" or not _resent(services, message_id):
        raise Refusal(409, "Só uma mensagem que falhou pode ser reenviada, e esta já não está assim.")
    return RedirectResponse(f"/mensagens/{message_id}?reenviada=1", 303)


def _resent(services: Services, message_id: UUID) -> bool:
    return resend(services.app, message_id, dt.datetime.now(dt.UTC)) is not None


def _found(caller: Caller, services: Services, message_id: UUID) -> dict[str, Any]:
    row = services.queries.message(message_id)
    if row is None or not caller.sees(row["organization_id"]):
        raise Refusal(404, "Não há mensagem com este número.")
    return row


def _steps(row: dict[str, Any]) -> list[tuple[str, str, str]]:
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


def _midnight(day: dt.date | None, zone: str, days: int) -> dt.datetime | None:
    if day is None:
        return None
    return dt.datetime.combine(day + dt.timedelta(days=days), dt.time(), zone_info(zone))
