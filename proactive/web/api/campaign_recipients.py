"""Who receives a campaign: pages of them, and all of them as a CSV file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import StringConstraints
from starlette.responses import StreamingResponse

from proactive.campaigns.reading import CampaignReading, RecipientFilter, RecipientStatus
from proactive.model.metrics import DeliveryState
from proactive.web.api.addresses import PATH
from proactive.web.api.campaign_schemas import CampaignRecipient, CampaignRecipientPage
from proactive.web.api.campaigns import NoParameters, campaign_owner
from proactive.web.api.cursors import cursor_of, place_cursor
from proactive.web.api.request_model import Limit, RequestModel
from proactive.web.csv_cells import csv_text
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import MAY_MISS, refusals
from proactive.web.services import CurrentCaller, CurrentServices

router = APIRouter(route_class=GuardedRoute, tags=["campaigns"], prefix=f"{PATH}/campaigns/{{campaign_id}}")
#: Recipients in one request of the database.
_PAGE = 1000
_COLUMNS = (
    "id", "name", "pets", "phone", "warmth", "status", "reason", "delivery", "sent_at", "answered_at", "booked_at",
    "opted_out_at",
)  # fmt: skip
_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "One line a recipient."}
}


class CsvResponse(StreamingResponse):
    """A table in lines."""

    media_type = "text/csv"


class RecipientQuery(RequestModel):
    """Filters of recipients; `reason` as the counts have it."""

    status: RecipientStatus | None = None
    reason: Annotated[str | None, StringConstraints(min_length=1, max_length=100)] = None
    delivery: DeliveryState | None = None
    limit: Limit = 50
    cursor: Annotated[str | None, StringConstraints(max_length=200)] = None


@router.get("/recipients", responses=refusals(*MAY_MISS))
def list_recipients(
    campaign_id: UUID, caller: CurrentCaller, services: CurrentServices, query: Annotated[RecipientQuery, Query()]
) -> CampaignRecipientPage:
    """Who receives the present revision of a campaign, in its order."""
    campaign_owner(campaign_id, caller, services)
    wanted = RecipientFilter(query.status, query.reason, query.delivery)
    reading, now = CampaignReading(services.app.database), dt.datetime.now(dt.UTC)
    rows = reading.recipients(campaign_id, wanted, place_cursor(query.cursor), query.limit + 1, now)
    shown = rows[: query.limit]
    following = cursor_of(shown[-1]["position"], shown[-1]["id"]) if len(rows) > query.limit else None
    return CampaignRecipientPage(
        recipients=[CampaignRecipient.model_validate(row) for row in shown], next_cursor=following
    )


@router.get("/recipients.csv", response_class=CsvResponse, responses={**refusals(*MAY_MISS), **_CSV})
def recipients_csv(campaign_id: UUID, caller: CurrentCaller, services: CurrentServices, _: NoParameters) -> CsvResponse:
    """All of them as a CSV file in UTF-8, instants in UTC; no cell is ever a formula."""
    campaign_owner(campaign_id, caller, services)
    reading, now = CampaignReading(services.app.database), dt.datetime.now(dt.UTC)
    first = reading.recipients(campaign_id, RecipientFilter(), None, _PAGE, now)  # before anything is answered
    name = f'attachment; filename="campaign-{campaign_id}.csv"'
    return CsvResponse(_lines(reading, campaign_id, first, now), headers={"Content-Disposition": name})


def _lines(reading: CampaignReading, campaign_id: UUID, rows: list[dict[str, Any]], now: dt.datetime) -> Iterator[str]:
    yield csv_text([_COLUMNS])
    while rows:
        yield csv_text((_cell(row[column]) for column in _COLUMNS) for row in rows)
        if len(rows) < _PAGE:
            return
        after = (rows[-1]["position"], UUID(rows[-1]["id"]))
        rows = reading.recipients(campaign_id, RecipientFilter(), after, _PAGE, now)


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value if each)
    return "" if value is None else str(value)
