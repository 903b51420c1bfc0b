"""POST /api/aurora/proactive requests a message, POST .../preview shows it without sending it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Header, Query, Response

from proactive.model.occurrence import Occurrence
from proactive.model.task import Task
from proactive.records.changes import requested
from proactive.text.composer import Composer
from proactive.text.framing import Greeted
from proactive.web.api.addresses import PATH, links_of
from proactive.web.api.message_requests import AnyMessageRequest, AnyPreviewRequest, MessageRequest
from proactive.web.api.recipients import RequestRecipient, recipient_of
from proactive.web.api.request_model import NoQuery
from proactive.web.api.schemas import Preview, Triggered
from proactive.web.api.submissions import Submission, Submissions
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import MAY_CONFLICT, TAKES_BODY, refusals
from proactive.web.problems import Problem, invalid
from proactive.web.services import CurrentCaller, CurrentServices
from proactive.words.sending import MessageComposer

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
    body: AnyMessageRequest,
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
    recipient = recipient_of(body, caller, services.app.organizations)
    now = dt.datetime.now(dt.UTC)
    task = _task(body, recipient, _key(body, recipient, idempotency_key, now), now)
    record = services.queries.message(task.occurrence.id)
    submission = _submission(Submissions(services.app), task, record, now)
    if not submission.same_data and not body.message_type.once_a_day:
        raise Problem(409, "This campaign was asked for with other data: use a new campaignId or Idempotency-Key.")
    if submission.new:
        services.app.changes.record(requested(task, caller.author("api")))
    response.status_code = 202 if submission.new else 200
    links = links_of(submission.job_id, task.occurrence.id)
    response.headers["Location"] = links.job
    status = record["status"] if record else "queued"
    return Triggered(job_id=submission.job_id, message_id=task.occurrence.id, status=status, links=links)


@router.post(f"{PATH}/preview", responses=refusals(*TAKES_BODY, *MAY_CONFLICT))
def preview(
    body: AnyPreviewRequest, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> Preview:
    """The text that a message would have and the figures that it states; sends and writes nothing.

    The text is in the business's own published words where there are some, else the built-in layout's. The AI is not
    asked, because no request waits for it.
    """
    recipient = recipient_of(body, caller, services.app.organizations)
    occurrence = Occurrence(recipient.organization, recipient.identity, body.type, "preview")
    context = services.app.facts.read(occurrence, body.at or dt.datetime.now(dt.UTC), body.checked_data())
    if (facts := context.facts) is None:
        raise invalid("organizationId", "There are no facts: the organisation or the owner is gone.")
    composer = MessageComposer(Composer(services.app.renderer, None))
    draft = composer.compose(body.message_type, facts, context, Greeted(None, 0), last_attempt=True)
    return Preview(text=draft.text, facts=draft.figures, fires=facts.fires)


def _key(body: MessageRequest, recipient: RequestRecipient, idempotency_key: str | None, now: dt.datetime) -> str:
    if (chosen := body.chosen_key()) is not None:
        return chosen
    if idempotency_key and not body.message_type.once_a_day:
        return str(uuid5(_IDEMPOTENCY, idempotency_key))
    return body.message_type.new_key(now, recipient.zone)


def _task(body: MessageRequest, recipient: RequestRecipient, key: str, now: dt.datetime) -> Task:
    return Task(
        type=body.type, organization_id=recipient.organization, recipient=recipient.identity, key=key,
        scheduled_for=now, timezone=recipient.timezone, data=body.checked_data(), by_hand=True,
    )  # fmt: skip


def _submission(submissions: Submissions, task: Task, record: dict[str, Any] | None, now: dt.datetime) -> Submission:
    if record is None:
        submission = submissions.submit_once(task)
        if submission.new or not submission.same_data:
            return submission
        return submissions.revive(submission, task, now)
    if earlier := submissions.find(task):
        return earlier
    # the schedule's own, or one that was submitted some days ago
    job_id = record["job_id"] or f"{task.type}-{task.occurrence.id}"
    return Submission(job_id, new=False, same_data=(record["data"] or {}) == task.data)
