"""The words between facts and record: whom, what text, what the gateway said."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from proactive.model.facts import Facts, Value


class Instance(Value):
    """A WhatsApp number an organisation sends from, by the name the gateway knows it."""

    name: str
    status: str

    @property
    def connected(self) -> bool:
        """Whether the product believes that it is connected."""
        return self.status == "connected"


class Owner(Value):
    """The person who receives; `phone` as typed, may be missing or nonsense."""

    id: UUID
    name: str | None
    phone: str | None
    aurora_enabled: bool


class Record(Value):
    """What the record of an occurrence says before this attempt (a row that exists already)."""

    status: Literal["pending", "sent", "failed"]
    content: str | None
    metadata: dict[str, Any]


class ActivePause(Value):
    """Something that somebody switched off: a message type, or (None) all of them; `reason` in their words."""

    type: str | None
    reason: str


class MessageContext(Value):
    """Everything one attempt needs to know, read in one request.

    `timezone` is the organisation's IANA name, `organization` its name. `owner`, `instance` and `record` are
    None where there is none; `pauses` are those of the organisation; `facts` is None where the organisation or
    the owner is missing.
    """

    organization: str | None
    is_active: bool
    timezone: str
    owner: Owner | None
    instance: Instance | None
    record: Record | None
    pauses: tuple[ActivePause, ...] = ()
    facts: Facts | None

    def paused(self, type: str) -> str | None:
        """Why messages of this type are not sent now; None if they are."""
        return next((pause.reason for pause in self.pauses if pause.type in (None, type)), None)


@dataclass(frozen=True, slots=True)
class Draft:
    """A composed message: the text as it goes out, the figures that it states, and who wrote it.

    `composer` is `layout` or `ai`; `fallback` says why the AI's text was not used, None if it was not asked.
    """

    text: str
    figures: dict[str, Any]
    composer: Literal["layout", "ai"] = "layout"
    fallback: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a gateway knows of a message it accepted; `at` is the gateway's clock, UTC."""

    gateway_message_id: str
    remote_jid: str
    at: dt.datetime | None = None
