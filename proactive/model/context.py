"""The values between facts and record: the context of an attempt, the draft, the gateway's receipt."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from proactive.model.ai import AiUse
from proactive.model.durations import DISCONNECTED_AFTER
from proactive.model.facts import Facts, Value


class Instance(Value):
    """A WhatsApp number that an organisation sends from, by the name that the gateway knows.

    `status` is the product's own; `told` is the state that the gateway told last, for `told_seconds` until now.
    """

    name: str
    status: str
    told: str | None = None
    told_seconds: float = 0.0

    @property
    def connected(self) -> bool:
        """Whether the product believes that the instance is connected."""
        return self.status == "connected"

    @property
    def connecting(self) -> bool:
        """Whether it is not connected, and may be in a moment: by the product, or by what the gateway told lately."""
        if self.status not in ("connecting", "disconnected"):
            return False
        dropped_lately = self.told == "close" and self.told_seconds < DISCONNECTED_AFTER
        return self.status == "connecting" or self.told == "connecting" or dropped_lately


class Owner(Value):
    """The owner who receives the message; `phone` is as typed, and may be missing or nonsense."""

    id: UUID
    name: str | None
    phone: str | None
    aurora_enabled: bool


class Record(Value):
    """The record of an occurrence as it was before this attempt (a row that exists already)."""

    status: Literal["pending", "sent", "failed", "skipped"]
    content: str | None
    metadata: dict[str, Any]

    @property
    def reopened(self) -> int:
        """How often it was opened again after it had failed."""
        return int(self.metadata.get("reopened", 0))


class ActivePause(Value):
    """Something that somebody switched off: a message type, or (None) all of them; `reason` in their words."""

    type: str | None
    reason: str


class SendChoice(Value):
    """What holds of a message type for an owner, of what was chosen: whether it `is_on`, and at which local time of the
    organisation it goes out (None: the usual one)."""

    type: str
    is_on: bool = True
    send_time: dt.time | None = None


class PublishedWords(Value):
    """The published version of a business's own words for a message type: a `wording`'s fields, or a `source`.

    `ai_lines` says whether the AI may write the first and the last line.
    """

    id: UUID
    kind: str
    wording: dict[str, Any] | None
    source: str | None
    ai_lines: bool = False


class ActiveBreaker(Value):
    """What stops an instance, and whether it `stops` a message to this owner, `until` when (aware).

    `known` is an owner who wrote to the organisation, or whom a message of ours reached.
    """

    cause: str
    known: bool
    until: dt.datetime
    stops: bool


class MessageContext(Value):
    """The context of a message: everything that one attempt needs to know, read in one request.

    `timezone` is the organisation's IANA name, `organization` its name. `owner`, `instance` and `record` are
    None where there is none; `breaker` stops the instance.
    `pauses` are those of the organisation, `choices` what was chosen by or for the owner, `skipped` is whether somebody
    skipped the message; `words` are the business's own, None where the house text goes out; `written_share` is what is
    written to of a campaign's audience, None where its effect is not measured; `facts` is None where the organisation
    or the owner is missing.
    """

    organization: str | None
    is_active: bool
    timezone: str
    owner: Owner | None
    instance: Instance | None
    breaker: ActiveBreaker | None = None
    record: Record | None
    pauses: tuple[ActivePause, ...] = ()
    skipped: bool = False
    choices: tuple[SendChoice, ...] = ()
    words: PublishedWords | None = None
    written_share: float | None = None
    facts: Facts | None

    @property
    def reopened(self) -> int:
        """How often the record was opened again after it had failed; 0 where there is none."""
        return self.record.reopened if self.record else 0

    def choice(self, type: str) -> SendChoice:
        """What holds of messages of this type: they are on at their usual time where nothing was chosen."""
        return next((choice for choice in self.choices if choice.type == type), SendChoice(type=type))

    def paused(self, type: str) -> str | None:
        """The reason of the pause that holds for messages of this type; None if there is none."""
        return next((pause.reason for pause in self.pauses if pause.type in (None, type)), None)


@dataclass(frozen=True, slots=True)
class Draft:
    """A composed message: the text as it goes out, the figures that it states, and who wrote it.

    `composer` is `ai` where at least one line is the AI's, else `layout`; `fallback` says why a line is not, None where
    both are or it was not asked. `ai` is what asking it just now came to, None if it was not asked.
    `template` is the version of the business's own words that wrote it, or (`template_failed`) should have.
    """

    text: str
    figures: dict[str, Any]
    composer: Literal["layout", "ai"] = "layout"
    fallback: str | None = None
    ai: AiUse | None = None
    template: str | None = None
    template_failed: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """A gateway's receipt for a message that it accepted; `at` is the gateway's clock, UTC."""

    gateway_message_id: str
    remote_jid: str
    at: dt.datetime | None = None
