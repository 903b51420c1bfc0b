"""The contents of a WhatsApp message, as Evolution API passes them on: its kind, its visible words, what it quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from proactive.gateways.evolution.events import MessageKind

#: The most characters of a text that are read: WhatsApp's own limit for what our answers ask for is far below.
LONGEST = 4096
#: Messages of the protocol itself (edits, deletions, keys): nobody wrote them.
_NOT_WRITTEN = frozenset({"protocolMessage", "senderKeyDistributionMessage", "encReactionMessage"})
#: What WhatsApp puts around a message: the message itself is one level down.
_AROUND = (
    "ephemeralMessage", "viewOnceMessage", "viewOnceMessageV2", "viewOnceMessageV2Extension",
    "documentWithCaptionMessage", "deviceSentMessage", "groupMentionedMessage", "botInvokeMessage", "editedMessage",
)  # fmt: skip
_DEEPEST = 6
#: Where the visible words of each kind of message stand.
_WORDS: tuple[tuple[MessageKind, tuple[str, ...]], ...] = (
    ("text", ("conversation",)),
    ("text", ("extendedTextMessage", "text")),
    ("caption", ("imageMessage", "caption")),
    ("caption", ("videoMessage", "caption")),
    ("caption", ("ptvMessage", "caption")),
    ("caption", ("documentMessage", "caption")),
    ("text", ("buttonsResponseMessage", "selectedDisplayText")),
    ("text", ("templateButtonReplyMessage", "selectedDisplayText")),
    ("text", ("listResponseMessage", "title")),
    ("text", ("interactiveResponseMessage", "body", "text")),
    ("text", ("pollUpdateMessage", "vote", "selectedOptions")),
)
_SPOKEN = re.compile(r"^\s*\[audio\]\s*", re.IGNORECASE)
#: SAIR or VOLTAR as something that one is asked to answer: `digite VOLTAR para o menu`, `*SAIR*`, `0 - Sair`.
_MENU = re.compile(
    r"\b(?:SAIR|VOLTAR)\b|[*_\"'“‘]\s*(?i:sair|voltar)\s*[*_\"'”’]|(?m:^)\W*\d{1,2}\W{1,4}(?i:sair|voltar)\b"
    r"|\b(?i:digit[ae]|respond[ae]|envi[ae]|escrev[ae]|mand[ae]|tecl[ae]|apert[ae]|op[cç][aã]o)\b"
    r"(?:\W+\w+)?\W+(?i:sair|voltar)\b"
)
_ID = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a message holds; `quoted` is the id of the message that it quotes or reacts to."""

    kind: MessageKind
    text: str
    quoted: str | None
    sticker: bool = False


def contents_of(data: dict[str, Any]) -> Contents | None:
    """The contents of a message as `messages.upsert` has it; None where it is of the protocol: nobody wrote it."""
    message = data.get("message")
    levels = list(_levels(message))
    if str(data.get("messageType")) in _NOT_WRITTEN or (levels and _NOT_WRITTEN & levels[-1].keys()):
        return None
    for level in levels:
        reaction = level.get("reactionMessage")
        if isinstance(reaction, dict):
            key = reaction.get("key")
            about = message_id(key.get("id")) if isinstance(key, dict) else None
            return Contents("reaction", _text(reaction.get("text")), about)
    if data.get("messageType") == "reactionMessage":
        return None
    kind, text = read_words(message)
    sticker = any(isinstance(level.get("stickerMessage"), dict) for level in levels)
    return Contents(kind, text, _quoted([data, *levels]), sticker)


def read_words(message: Any) -> tuple[MessageKind, str]:
    """The kind of a message and its visible words, whatever is around it. Never raises."""
    for level in _levels(message):
        if isinstance(level.get("audioMessage"), dict):
            spoken = next(filter(None, (_text(each.get("speechToText")) for each in _levels(message))), "")
            return "audio", _SPOKEN.sub("", spoken)
        for kind, path in _WORDS:
            words: Any = level
            for name in path:
                words = words.get(name) if isinstance(words, dict) else None
            text = _text(", ".join(filter(None, map(_text, words))) if isinstance(words, list) else words)
            if text:
                return kind, text
    return "other", ""


def offers_words(text: str) -> bool:
    """Whether a text of our side offers SAIR or VOLTAR as a word of its menu."""
    return _MENU.search(text) is not None


def message_id(value: Any) -> str | None:
    """A message's id; None for what cannot be one."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def required_id(value: Any) -> str:
    """A message's id. Raises ValueError for what cannot be one."""
    found = message_id(value)
    if found is None:
        raise ValueError("not a message id")
    return found


def _levels(message: Any) -> Iterator[dict[str, Any]]:
    """The message, and what is inside it."""
    for _ in range(_DEEPEST):
        if not isinstance(message, dict):
            return
        yield message
        around = next((message[name] for name in _AROUND if isinstance(message.get(name), dict)), None)
        if around is None:
            return
        message = around.get("message")


def _quoted(holders: list[dict[str, Any]]) -> str | None:
    """The id of the message that is quoted: beside the message, in one of its parts, or one level down."""
    parts = [part for holder in holders for part in holder.values() if isinstance(part, dict)]
    for holder in [*holders, *parts]:
        context = holder.get("contextInfo")
        quoted = message_id(context.get("stanzaId")) if isinstance(context, dict) else None
        if quoted is not None:
            return quoted
    return None


def _text(value: Any) -> str:
    """Words as they were written. What is too long is cut, and a question mark says so: it can be no approval."""
    if not isinstance(value, str):
        return ""
    text = value.strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 2] + " ?"
