"""The filters of messages: the same of the history, of its table, and of requeueing many."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from proactive.message_types.registry import TypeName
from proactive.model.failure_reasons import FailureReason
from proactive.model.metrics import DeliveryState
from proactive.records.queries import MessageFilter
from proactive.web.api.request_model import DayOrMoment, RequestModel
from proactive.web.api.time_bounds import instants
from proactive.web.auth.callers import Caller
from proactive.web.services import Services

_Words = Annotated[str, StringConstraints(min_length=2, max_length=80)]


class MessageFields(RequestModel):
    """Filters of messages, by when they were created. `from` and `to` are days of the organisation (`2026-11-22`, `to`
    included; UTC where a service key names no organisation) or instants (`to` not included). `owner` is a part of the
    owner's name and `text` of the message's (capitals and accents do not count), `phoneEnd` the last digits of the
    owner's number, `reason` a failure's code, `instance` an instance's whole name. `answered` ones were answered,
    and `slowerThan` are seconds from a message's time to its acceptance. Without `organizationId` and `from`, `text` is
    looked for in the last 90 days."""

    organization_id: UUID | None = None
    type: TypeName | None = None
    status: Literal["pending", "sent", "failed"] | None = None
    delivery: DeliveryState | None = None
    since: Annotated[DayOrMoment | None, Field(alias="from")] = None
    until: Annotated[DayOrMoment | None, Field(alias="to")] = None
    owner: _Words | None = None
    phone_end: Annotated[str, StringConstraints(pattern=r"^[0-9]{2,4}$")] | None = None
    text: _Words | None = None
    reason: FailureReason | None = None
    instance: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    answered: Literal[True] | None = None
    slower_than: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


def filter_of(fields: MessageFields, caller: Caller, services: Services, now: dt.datetime) -> MessageFilter:
    """The filter that a caller asks for at `now` (aware); a session sees its own organisation's messages only.

    Raises:
        Problem: 403, a session names another organisation.
        SupabaseError: Supabase is away.
    """
    organization = caller.confined(fields.organization_id)
    return MessageFilter(
        organization, fields.type, fields.status, *instants(fields.since, fields.until, organization, services),
        delivery=fields.delivery, owner=fields.owner, phone=fields.phone_end, text=fields.text, reason=fields.reason,
        instance=fields.instance, answered=bool(fields.answered), slower=fields.slower_than,
    ).bounded(now)  # fmt: skip
