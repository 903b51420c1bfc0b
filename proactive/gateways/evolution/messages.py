"""Messages as Evolution API shows them in its answers and its lists."""

from __future__ import annotations

import datetime as dt
import re
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


def is_ours(record: dict[str, Any]) -> bool:
    """Whether a stored message is one from us; not every server that is asked for those answers only those."""
    key = record.get("key")
    return isinstance(key, dict) and key.get("fromMe") is True


def addresses_of(record: dict[str, Any]) -> list[str]:
    """The accounts that a stored message went to, by every name that its key has; without the device."""
    key = record.get("key")
    found = [key.get(name) for name in ("remoteJid", "remoteJidAlt")] if isinstance(key, dict) else []
    return [re.sub(r":\d+(?=@|$)", "", each) for each in found if isinstance(each, str) and each]


def text_of(record: dict[str, Any]) -> str | None:
    """The text of a stored message, plain, with a link preview or in a disappearing chat; None for anything else."""
    message = record.get("message")
    wrapper = message.get("ephemeralMessage") if isinstance(message, dict) else None
    message = wrapper.get("message") if isinstance(wrapper, dict) else message
    if not isinstance(message, dict):
        return None
    extended = message.get("extendedTextMessage")
    text = extended.get("text") if isinstance(extended, dict) else message.get("conversation")
    return text if isinstance(text, str) else None


def _moment(seconds: Any) -> dt.datetime | None:
    """Unix seconds, as a number, as text, or as the halves of a long."""
    if isinstance(seconds, dict):
        seconds = seconds.get("low")
    try:
        return dt.datetime.fromtimestamp(int(seconds), dt.UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
