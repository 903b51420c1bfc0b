"""Failed messages together: how many there are and why, and requeueing many at once."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, model_validator

from proactive.jobs.resend import MOST_AT_ONCE, resend_many
from proactive.model.failure_reasons import FailureReason
from proactive.model.failure_words import WORDS
from proactive.web.api.addresses import PATH, links_of
from proactive.web.api.message_filters import MessageFields, filter_of
from proactive.web.api.message_schemas import FailedReason, FailureCounts, RequeuedMessages
from proactive.web.api.request_model import NoQuery, RequestModel
from proactive.web.api.schemas import Triggered
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import MAY_CONFLICT, TAKES_BODY, refusals
from proactive.web.problems import Problem
from proactive.web.services import CurrentCaller, CurrentServices

router = APIRouter(route_class=GuardedRoute, tags=["messages"], prefix=f"{PATH}/messages")


class RequeueRequest(RequestModel):
    """Which failed messages to send again: those of `messageIds`, or all that `filter` finds.

    With a filter, `atMost` is how many were seen: where there are more, nothing is done (409). Of a filter's messages
    those stay where nobody knows whether they were sent; 500 are requeued at a request, the newest first."""

    message_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_AT_ONCE)] | None = None
    filter: MessageFields | None = None
    at_most: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.message_ids is None) == (self.filter is None):
            raise ValueError("Send either messageIds or filter")
        if (self.filter is None) != (self.at_most is None):
            raise ValueError("Send atMost with a filter, and only with one")
        return self


@router.get("/failed", responses=refusals())
def count_failed(
    caller: CurrentCaller, services: CurrentServices, query: Annotated[MessageFields, Query()]
) -> FailureCounts:
    """How many messages failed, by reason, with what to do about each; the first 10,000 are counted."""
    counts = services.queries.failed(filter_of(query, caller, services, dt.datetime.now(dt.UTC)))
    reasons = [
        FailedReason(code=code, count=number, advice=_advice(code))
        for code, number in sorted(counts.reasons.items(), key=lambda one: (-one[1], one[0]))
    ]
    return FailureCounts(failed=counts.failed, requeueable=counts.resendable, reasons=reasons)


@router.post("/requeue", status_code=202, responses=refusals(*TAKES_BODY, *MAY_CONFLICT))
def requeue_messages(
    body: RequeueRequest, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> RequeuedMessages:
    """Send failed messages again, each with a new job; messages that the caller may not see are refused."""
    now = dt.datetime.now(dt.UTC)
    asked = list(dict.fromkeys(body.message_ids or ()))
    if body.filter is None:
        seen = [row for row in services.queries.messages_of(asked) if caller.sees(row["organization_id"])]
        ids = [each for each in asked if each in {UUID(row["id"]) for row in seen}]
    else:
        wanted = filter_of(body.filter, caller, services, now)
        at_most = body.at_most or 0
        if (number := services.queries.failed(wanted).resendable) > at_most:
            raise Problem(409, f"There are {number} now, more than atMost: look again (GET .../messages/failed).")
        rows = services.queries.messages(wanted, None, min(MOST_AT_ONCE, at_most), resendable=True)
        ids = [UUID(row["id"]) for row in rows]
    resent = resend_many(services.app, ids, now, caller.author("api"))
    return RequeuedMessages(
        requeued=[
            Triggered(job_id=job, message_id=message, status="pending", links=links_of(job, message))
            for message, job in resent.jobs.items()
        ],
        refused=[*resent.refused, *(each for each in asked if each not in set(ids))],
        left=resent.left,
    )


def _advice(code: str) -> str:
    try:
        return WORDS[FailureReason(code)].advice
    except ValueError:
        return ""
