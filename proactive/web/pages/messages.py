"""/mensagens: find messages, see one whole, send a failed one again."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import AwareDatetime, BeforeValidator, StringConstraints

from proactive.jobs.resend import resend
from proactive.message_types.registry import MESSAGE_TYPES, TypeName
from proactive.web.pages.page_route import PrivateRoute, Refusal
from proactive.web.pages.panel import FormOrganization, caller_of, queries_of, scope_of
from proactive.web.pages.period import Form, FormDate, blank
from proactive.web.pages.rendering import page
from proactive.web.services import CurrentServices, Services

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

_ON_A_PAGE = 40
_SearchedId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:@-]{1,80}$")]


class MessageQuery(Form):
    """What the list is asked for; `antes` and `antes_id` are the last row of the page before."""

    tipo: Annotated[TypeName | None, BeforeValidator(blank)] = None
    situacao: Annotated[Literal["sent", "failed", "pending"] | None, BeforeValidator(blank)] = None
    organizacao: FormOrganization = None
    de: FormDate = None
    ate: FormDate = None
    id: Annotated[_SearchedId | None, BeforeValidator(blank)] = None
    antes: AwareDatetime | None = None
    antes_id: UUID | None = None


@router.get("/mensagens")
def message_list(request: Request, services: CurrentServices, query: Annotated[MessageQuery, Query()]) -> Response:
    """Messages, newest first."""
    scope = scope_of(request, services, query.organizacao)
    wanted = {
        "p_organization": str(scope.organization) if scope.organization else None,
        "p_type": query.tipo, "p_status": query.situacao, "p_id": query.id,
        "p_from": _midnight(query.de, scope.zone, 0), "p_to": _midnight(query.ate, scope.zone, 1),
    }  # fmt: skip
    after = (query.antes, query.antes_id) if query.antes and query.antes_id else None
    rows = queries_of(request).search(wanted, after, _ON_A_PAGE + 1)
    asked = query.model_dump(mode="json", exclude_none=True, exclude={"antes", "antes_id"})
    shown = rows[:_ON_A_PAGE]
    last = {"antes": shown[-1]["created_at"], "antes_id": shown[-1]["id"]} if len(rows) > _ON_A_PAGE else {}
    following = urlencode(asked | last) if last else None
    return page(
        request, "mensagens.html", rows=shown, following=following, first=urlencode(asked) if after else None,
        query=query, scope=scope, types=list(MESSAGE_TYPES), filtered=bool(asked),
    )  # fmt: skip


@router.get("/mensagens/{message_id}")
def message(
    request: Request, message_id: UUID, reenviada: Annotated[str | None, Query(max_length=200)] = None
) -> Response:
    """One message whole."""
    row = _found(request, message_id)
    return page(request, "mensagem.html", row=row, steps=_steps(row), resent=reenviada is not None)


@router.post("/mensagens/{message_id}/reenviar")
def requeue(request: Request, services: CurrentServices, message_id: UUID) -> Response:
    """Send a failed message again."""
    row = _found(request, message_id)
    if row["status"] != "failed" or not _resent(services, message_id):
        raise Refusal(409, "Só uma mensagem que falhou pode ser reenviada, e esta já não está assim.")
    return RedirectResponse(f"/mensagens/{message_id}?reenviada=1", 303)


def _resent(services: Services, message_id: UUID) -> bool:
    return resend(services.app, message_id, dt.datetime.now(dt.UTC)) is not None


def _found(request: Request, message_id: UUID) -> dict[str, Any]:
    row = queries_of(request).message(message_id)
    if row is None or not caller_of(request).sees(row["organization_id"]):
        raise Refusal(404, "Não há mensagem com este número.")
    return row


def _steps(row: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What happened to a message: words, instant, and `good`, `bad` or nothing; in order of time."""
    receipts = row["receipts"]
    steps = [
        ("Prevista", row["scheduled_for"], ""),
        ("Escrita", row["created_at"], ""),
        ("Enviada", row["sent_at"], "good"),
        ("No servidor do WhatsApp", receipts.get("server_ack_at"), ""),
        ("Entregue", receipts.get("delivered_at"), "good"),
        ("Lida", receipts.get("read_at"), "good"),
        ("O WhatsApp não entregou", receipts.get("error_at"), "bad"),
        *(("Respondida", received, "good") for received in row["replies"]),
    ]
    told = [(what, at, mood) for what, at, mood in steps if at is not None]
    return sorted(told, key=lambda step: dt.datetime.fromisoformat(step[1]))


def _midnight(day: dt.date | None, zone: str, days: int) -> str | None:
    if day is None:
        return None
    return dt.datetime.combine(day + dt.timedelta(days=days), dt.time(), ZoneInfo(zone)).isoformat()
