"""The API's answers about messages."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal
from uuid import UUID

from proactive.message_types.registry import TypeName
from proactive.model.metrics import DeliveryState
from proactive.model.wait_reasons import WaitReason
from proactive.web.api.schemas import ResponseModel, Triggered


class WaitView(ResponseModel):
    """Why a message waits: a code, its words, what to do (in Portuguese), until when where that is known (UTC), when
    its job comes back (null: it stands on the queue)."""

    code: WaitReason
    detail: str
    advice: str
    until: dt.datetime | None
    next_attempt: dt.datetime | None
    job_id: str


class Message(ResponseModel):
    """A message in a list; instants are UTC. It is `queued` before it has a record. `sent` says that the gateway
    accepted it, `delivery` what is known of it since (null unless `sent`). `receipts` holds `server_ack_at`,
    `delivered_at`, `read_at`, `error_at` and `error`, as far as the gateway reported them. `reason` says why a failed
    one failed, `reasonCode` is its code (docs/operations.md lists them), `advice` what to do about it (in Portuguese,
    as the pages say it)."""

    id: UUID
    organization_id: UUID | None
    owner_number_id: UUID | None
    type: TypeName
    status: Literal["queued", "pending", "sent", "failed"]
    scheduled_for: dt.datetime | None
    created_at: dt.datetime
    sent_at: dt.datetime | None
    reason: str | None
    reason_code: str | None
    advice: str | None
    waits: WaitView | None
    instance: str | None
    attempts: int | None
    composer: str | None
    delivery: DeliveryState | None
    receipts: dict[str, str]


class WholeMessage(Message):
    """A message with its text and what it was made of (`facts`: the figures that it states)."""

    content: str | None
    facts: dict[str, Any] | None
    fallback: str | None
    data: dict[str, Any] | None
    job_id: str | None
    occurrence: str | None
    gateway_message_id: str | None


class FailedReason(ResponseModel):
    """How many failed for a reason, and what to do about it (in Portuguese)."""

    code: str
    count: int
    advice: str


class FailureCounts(ResponseModel):
    """How many failed, and how many of them can be requeued together: not those that may have been sent."""

    failed: int
    requeueable: int
    reasons: list[FailedReason]


class RequeuedMessages(ResponseModel):
    """What became of several: `refused` have not failed, are not complete, or are nobody's that the caller may see;
    `left` were not tried any more, because Supabase or Redis went away meanwhile."""

    requeued: list[Triggered]
    refused: list[UUID]
    left: list[UUID]


class MessagePage(ResponseModel):
    """Messages, newest first; `nextCursor` is null on the last page."""

    messages: list[Message]
    next_cursor: str | None
