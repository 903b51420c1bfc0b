"""The task that a job carries, and the outcome of one attempt at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from proactive.model.failure import Failure
from proactive.model.occurrence import Occurrence
from proactive.model.recipient import RECIPIENT_FIELDS, Recipient
from proactive.model.wait_reasons import WaitNote


class Task(BaseModel):
    """A task: one intended sending, as it travels through the queue (JSON).

    In JSON the recipient is one field that says its kind: `owner_number_id` or `client_id`. `key` is the occurrence's
    (a local date or a campaign id), `scheduled_for` when it is due, `timezone` the organisation's IANA name, `data`
    the type's own parameters in snake_case, `by_hand` whether a person asked for it rather than the schedule.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    organization_id: UUID
    recipient: Recipient
    key: str
    scheduled_for: AwareDatetime
    timezone: str
    data: dict[str, Any] = {}
    by_hand: bool = False

    @model_validator(mode="before")
    @classmethod
    def _named_recipient(cls, given: Any) -> Any:
        if not isinstance(given, dict) or "recipient" in given:
            return given
        rest = dict(given)
        for kind, name in RECIPIENT_FIELDS.items():
            if name in rest:
                rest["recipient"] = {"kind": kind, "id": rest.pop(name)}
        return rest

    @model_serializer(mode="wrap")
    def _with_named_recipient(self, serialized: SerializerFunctionWrapHandler) -> dict[str, Any]:
        given: dict[str, Any] = serialized(self)
        field = {"recipient": self.recipient.field}
        return {field.get(name, name): value["id"] if name in field else value for name, value in given.items()}

    @property
    def occurrence(self) -> Occurrence:
        """The occurrence that the task is to send."""
        return Occurrence(self.organization_id, self.recipient, self.type, self.key)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run of a job: the `number`-th of those that count, `last` if no other follows; `name` identifies it."""

    name: str
    number: int = 1
    last: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """The attempt wrote the occurrence's outcome, found one, or found nothing to do.

    `not_now`: whoever hands messages to clients over does so again, if their campaign goes on.
    `action` names what happened, for the log; `failure` says why, where it is not a success.
    """

    action: Literal["sent", "failed", "skipped", "nothing_to_say", "not_now", "already_sent", "already_failed"]
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """The message has to wait: the job comes back in `seconds`; the attempt does not count.

    `reason` is for the log, `note` says the same to people.
    """

    seconds: float
    reason: str
    note: WaitNote | None = field(default=None, compare=False)


Outcome = Done | Later
