"""Messages as Evolution API shows them in its answers and its lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

from proactive.gateways.words import printable_id
from proactive.model.context import Receipt


def receipt_of(answer: Any) -> Receipt | None:
    """The receipt in a message as Evolution API shows it; None without a usable key."""
    key = answer.get("key") if isinstance(answer, dict) else None
    if not isinstance(key, dict):
        return None
    name, jid = printable_id(key.get("id")), printable_id(key.get("remoteJid"))
    if not (name and jid):
        return None
    return Receipt(gateway_message_id=name, remote_jid=jid, at=_moment(answer.get("messageTimestamp")))


def text_of(record: dict[str, Any]) -> str | None:
    """The text of a stored message, plain or with a link preview; None for anything else."""
    message = record.get("message")
    if not isinstance(message, dict):
        return None
    extended = message.get("extendedTextMessage")
    text = extended.get("text") if isinstance(extended, dict) else message.get("conversation")
    return text if isinstance(text, str) else None


def _moment(seconds: Any) -> dt.datetime | None:
    try:
        return dt.datetime.fromtimestamp(int(seconds), dt.UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
