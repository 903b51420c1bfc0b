"""POST /api/aurora/proactive: ask for a message; and POST .../preview: look at it first."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Header, Query, Response

from proactive.model.occurrence import Occurrence
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.web.api.message_requests import AnyMessageRequest, AnyPreviewRequest, MessageRequest
from proactive.web.api.recipients import RequestRecipient, recipient_of
from proactive.web.api.schemas import Links, NoQuery, Preview, Triggered
from proactive.web.api.submissions import Submission, Submissions
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import MAY_CONFLICT, TAKES_BODY, refusals
from proactive.web.problems import Problem, invalid
from proactive.web.services import CurrentCaller, CurrentServices

PATH = "/api/aurora/proactive"
router = APIRouter(route_class=GuardedRoute, tags=["messages"])
#: Campaign ids that come from an Idempotency-Key cannot meet those that clients choose.
_IDEMPOTENCY = UUID("0b9d7c0e-6f6c-5b0e-8a44-3a4f3b8f9d52")
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1, max_length=200, alias="Idempotency-Key",
        description="For custom_campaign: the same key again is the same campaign. Every other type happens once "
        "a day for an owner anyway.",
    ),
]  # fmt: skip


@router.post(
    PATH,
    status_code=202,
    response_model=Triggered,
    responses=refusals(*TAKES_BODY, *MAY_CONFLICT)
    | {200: {"model": Triggered, "description": "It was asked for before: the same ids."}},
)
def trigger(
    wanted: AnyMessageRequest,
    caller: CurrentCaller,
    services: CurrentServices,
    response: Response,
    _: Annotated[NoQuery, Query()],
    idempotency_key: IdempotencyKey = None,
) -> Triggered:
    """Ask for a message to be sent now.

    The same occurrence (owner, type and local day; owner and campaign) is sent once, however often it is asked
    for. A campaign is a new one at every call, unless `campaignId` or the header `Idempotency-Key` says which.
    Nothing is waited for: the message is composed and sent by a worker.
    """
    to = recipient_of(wanted, caller, services.history)
    now = dt.datetime.now(dt.UTC)
    task = _task(wanted, to, _key(wanted, to, idempotency_key, now), now)
    record = services.history.message(task.occurrence.id)
    standing = _standing(Submissions(services.app), task, record, now)
    if not standing.same and not wanted.message_type.once_a_day:
        raise Problem(409, "This campaign was asked for with other data: use a new campaignId or Idempotency-Key.")
    response.status_code = 202 if standing.new else 200
    links = Links(job=f"{PATH}/jobs/{standing.job_id}", message=f"{PATH}/messages/{task.occurrence.id}")
    response.headers["Location"] = links.job
    status = record["status"] if record else "queued"
    return Triggered(job_id=standing.job_id, message_id=task.occurrence.id, status=status, links=links)


@router.post(f"{PATH}/preview", responses=refusals(*TAKES_BODY, *MAY_CONFLICT))
def preview(
    wanted: AnyPreviewRequest, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> Preview:
    """The text that a message would have and the figures that it states; sends and writes nothing.

    The text is the built-in layout's: the AI is not asked.
    """
    to = recipient_of(wanted, caller, services.history)
    occurrence = Occurrence(to.organization, Recipient.owner(to.owner), wanted.type, "preview")
    facts = services.app.facts.read(occurrence, wanted.at or dt.datetime.now(dt.UTC), wanted.checked_data()).facts
    if facts is None:
        raise invalid("organizationId", "There are no facts: the organisation or the owner is gone.")
    draft = services.layouts.compose(wanted.message_type.layout, facts, last_attempt=True)
    return Preview(text=draft.text, facts=draft.figures, fires=facts.fires)


def _key(wanted: MessageRequest, to: RequestRecipient, idempotency_key: str | None, now: dt.datetime) -> str:
    if (chosen := wanted.chosen_key()) is not None:
        return chosen
    if idempotency_key and not wanted.message_type.once_a_day:
        return str(uuid5(_IDEMPOTENCY, idempotency_key))
    return wanted.message_type.new_key(now, to.zone)


def _task(wanted: MessageRequest, to: RequestRecipient, key: str, now: dt.datetime) -> Task:
    return Task(
        type=wanted.type, organization_id=to.organization, recipient=Recipient.owner(to.owner), key=key,
        scheduled_for=now, timezone=to.timezone, data=wanted.checked_data(), by_hand=True,
    )  # fmt: skip


def _standing(asked: Submissions, task: Task, record: dict[str, Any] | None, now: dt.datetime) -> Submission:
    if record is None:
        standing = asked.once(task)
        return standing if standing.new or not standing.same else asked.revive(standing, task, now)
    if remembered := asked.remembered(task):
        return remembered
    # the schedule's own, or one that was asked for some days ago
    job_id = record["job_id"] or f"{task.type}-{task.occurrence.id}"
    return Submission(job_id, new=False, same=(record["data"] or {}) == task.data)
