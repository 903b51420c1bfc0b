"""/campanhas/{id}: one campaign, who receives it and who does not, who said yes, and what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BeforeValidator, Field, StringConstraints

from proactive.campaigns.progress import progress_of
from proactive.campaigns.reading import RecipientFilter, RecipientStatus
from proactive.model.metrics import DeliveryState
from proactive.web.pages.campaign_context import Row, found_campaign, reading_of, terms_of
from proactive.web.pages.page_query import PageQuery, none_if_empty
from proactive.web.pages.page_route import PrivateRoute
from proactive.web.pages.recipients_csv import NAME, csv_lines
from proactive.web.pages.rendering import page
from proactive.web.pages.scope import SignedInCaller
from proactive.web.services import CurrentServices, Services

router = APIRouter(route_class=PrivateRoute, include_in_schema=False)

_ON_A_PAGE = 50
_AT_ONCE = 500
_Reason = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,60}$")]
Done = Literal["criar", "mudar", "confirmar", "cancelar", "pausar", "continuar", "encerrar"]


class RecipientSearch(PageQuery):
    """The filters of a campaign's recipients; `depois` and `depois_id` are the last row of the page before.

    `feito` is what was done just now.
    """

    situacao: Annotated[RecipientStatus | None, BeforeValidator(none_if_empty)] = None
    motivo: Annotated[_Reason | None, BeforeValidator(none_if_empty)] = None
    entrega: Annotated[DeliveryState | None, BeforeValidator(none_if_empty)] = None
    depois: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    depois_id: UUID | None = None
    feito: Done | None = None

    @property
    def filter(self) -> RecipientFilter:
        """The filter of recipients."""
        return RecipientFilter(self.situacao, self.motivo, self.entrega)


@router.get("/campanhas/{campaign_id}")
def campaign(
    request: Request, caller: SignedInCaller, services: CurrentServices, campaign_id: UUID,
    query: Annotated[RecipientSearch, Query()],
) -> Response:  # fmt: skip
    """One campaign."""
    now = dt.datetime.now(dt.UTC)
    return show(request, services, found_campaign(caller, services, campaign_id, now), query, now)


@router.get("/campanhas/{campaign_id}/destinatarios.csv")
def recipients_csv(caller: SignedInCaller, services: CurrentServices, campaign_id: UUID) -> Response:
    """The report as a table for spreadsheets, a line a recipient."""
    now = dt.datetime.now(dt.UTC)
    row = found_campaign(caller, services, campaign_id, now)
    # the first page is read at once: where Supabase is away, a page says so instead of a torn file
    pages = _every_page(services, campaign_id, now)
    first = next(pages, [])

    def lines() -> Iterator[str]:
        yield csv_lines(first, row["timezone"], heading=True)
        for rows in pages:
            yield csv_lines(rows, row["timezone"], heading=False)

    headers = {"Content-Disposition": f'attachment; filename="{NAME}-{campaign_id}.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


def show(
    request: Request, services: Services, row: Row, query: RecipientSearch, now: dt.datetime, *,
    refusal: str | None = None, status: int = 200,
) -> Response:  # fmt: skip
    """The page of a campaign; `refusal` is why what was asked for was not done."""
    terms = terms_of(services, UUID(row["organization_id"]), now)
    after = (query.depois, query.depois_id) if query.depois is not None and query.depois_id else None
    found = reading_of(services).recipients(UUID(row["id"]), query.filter, after, _ON_A_PAGE + 1, now)
    rows = found[:_ON_A_PAGE]
    fields = query.model_dump(mode="json", exclude_none=True, exclude={"depois", "depois_id", "feito"})
    last = {"depois": rows[-1]["position"], "depois_id": rows[-1]["id"]} if len(found) > _ON_A_PAGE else {}
    values: dict[str, Any] = {
        "row": row, "now": now, "query": query, "recipients": rows, "filtered": bool(fields), "refusal": refusal,
        "progress": progress_of(row, terms, services.app.campaign_options), "hindrance": terms.hindrance(),
        "following": urlencode(fields | last) if last else None, "first": urlencode(fields) if after else None,
    }  # fmt: skip
    return page(request, "campanha.html", status, **values)


def _every_page(services: Services, campaign: UUID, now: dt.datetime) -> Iterator[list[Row]]:
    reading, after = reading_of(services), None
    while rows := reading.recipients(campaign, RecipientFilter(), after, _AT_ONCE, now):
        yield rows
        after = (rows[-1]["position"], UUID(rows[-1]["id"]))
