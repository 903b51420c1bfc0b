"""The events of Evolution API's webhooks, as far as they are about something of ours."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

#: What somebody wrote: words, a reaction, a voice message, words below a picture, anything else without words; and what
#: became of it: edited, deleted for everyone.
MessageKind = Literal["text", "reaction", "audio", "caption", "other", "edit", "delete"]


@dataclass(frozen=True, slots=True)
class ConnectionEvent:
    """An instance's state since `at`; `reason` is WhatsApp's code (401 logged out, 403 banned), None where none is."""

    state: str
    reason: int | None
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ReceiptEvent:
    """A receipt for a message that went out; `receipt` is a key of `metadata.receipts`, or `accepted_at`."""

    gateway_message_id: str
    receipt: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ReplyEvent:
    """Somebody wrote to an instance, or changed what was written.

    `sender` is `match_key` of the number, None where it is hidden (then `lid` is WhatsApp's name for it) or not told.
    `quoted` is the id of the message that is quoted or reacted to. `text` are the visible words, at most 4096
    characters; a reaction without any takes one back. `at` is when it was written, as far as that is known (`timed`),
    else when it came. `original` is the id of the message that is edited or deleted: such events have an id made of it.
    `sticker` says that it is one (its kind is other).
    """

    gateway_message_id: str
    sender: str | None
    quoted: str | None
    at: dt.datetime
    lid: str | None = None
    kind: MessageKind = "text"
    text: str = ""
    timed: bool = True
    original: str | None = None
    sticker: bool = False


@dataclass(frozen=True, slots=True)
class WrittenEvent:
    """Our side wrote to somebody: we, the product's bot, or people at the phone.

    `receiver` and `lid` as a reply's sender. `offers_words` says that SAIR or VOLTAR stands in it as a word of a menu.
    """

    gateway_message_id: str
    receiver: str | None
    lid: str | None
    text: str
    offers_words: bool
    at: dt.datetime


Event = ConnectionEvent | ReceiptEvent | ReplyEvent | WrittenEvent
