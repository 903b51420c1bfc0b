"""Evolution API's webhook events, read for what we keep of them: never a text, never a number."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from proactive.gateways.phones import match_key

#: What becomes of a message, by Evolution's status; others (PENDING) say nothing new.
_RECEIPTS = {
    "SERVER_ACK": "server_ack_at",
    "DELIVERY_ACK": "delivered_at",
    "READ": "read_at",
    "PLAYED": "read_at",
    "ERROR": "error_at",
}
_STATES = frozenset({"open", "connecting", "close", "refused"})
#: Messages of the protocol itself (edits, deletions, keys): nobody wrote them.
_NOT_WRITTEN = frozenset({"protocolMessage", "senderKeyDistributionMessage", "reactionMessage"})
_PERSON = ("@s.whatsapp.net", "@c.us")
_HIDDEN = "@lid"


@dataclass(frozen=True, slots=True)
class ConnectionEvent:
    """An instance's state; `at` is the gateway's clock, good for the order of events only."""

    state: str
    reason: int | None
    at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ReceiptEvent:
    """A receipt for a message that went out; `receipt` is a key of `metadata.receipts`."""

    gateway_message_id: str
    receipt: str


@dataclass(frozen=True, slots=True)
class ReplyEvent:
    """Somebody wrote to an instance. `sender` is `match_key` of the number, None where it is hidden."""

    gateway_message_id: str
    sender: str | None
    quoted: str | None
    at: dt.datetime


Event = ConnectionEvent | ReceiptEvent | ReplyEvent


def read_events(name: str, data: Any, date_time: Any, now: dt.datetime) -> list[Event]:
    """The events that one webhook tells; none where it is about nothing of ours.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: the data do not look like those of an event of this name.
    """
    # `MESSAGES_UPSERT` is how the same event is named in the gateway's settings
    readers = {"connection.update": _connection, "messages.upsert": _reply, "messages.update": _told,
               "send.message": _sent}  # fmt: skip
    reader = readers.get(name.lower().replace("_", "."))
    if reader is None:
        return []
    items = data if isinstance(data, list) else [data]
    return [event for item in items if (event := reader(item, date_time, now)) is not None]


def _connection(data: dict[str, Any], date_time: Any, now: dt.datetime) -> ConnectionEvent | None:
    reason = data.get("statusReason")
    if data["state"] not in _STATES:
        return None
    return ConnectionEvent(
        data["state"], reason if isinstance(reason, int) and 0 <= reason < 1000 else None, _iso(date_time)
    )


def _told(data: dict[str, Any], date_time: Any, now: dt.datetime) -> ReceiptEvent | None:
    receipt = _RECEIPTS.get(str(data["status"]).upper())
    if receipt is None or data.get("fromMe") is not True:
        return None
    return ReceiptEvent(_id(data["keyId"]), receipt)


def _sent(data: dict[str, Any], date_time: Any, now: dt.datetime) -> ReceiptEvent | None:
    receipt = _RECEIPTS.get(str(data.get("status")).upper())
    return ReceiptEvent(_id(data["key"]["id"]), receipt) if receipt else None


def _reply(data: dict[str, Any], date_time: Any, now: dt.datetime) -> ReplyEvent | None:
    key = data["key"]
    address = str(key["remoteJid"])
    if address.endswith(_HIDDEN):
        address = str(key.get("remoteJidAlt") or address)
    person = address.endswith(_PERSON)
    if key.get("fromMe") or not (person or address.endswith(_HIDDEN)) or data.get("messageType") in _NOT_WRITTEN:
        return None
    sender = match_key(address.partition("@")[0].partition(":")[0]) if person else None
    return ReplyEvent(_id(key["id"]), sender, _quoted(data), _when(data.get("messageTimestamp"), now))


def _quoted(data: dict[str, Any]) -> str | None:
    message = data.get("message")
    extended = message.get("extendedTextMessage") if isinstance(message, dict) else None
    for holder in (data, extended):
        context = holder.get("contextInfo") if isinstance(holder, dict) else None
        if isinstance(context, dict) and isinstance(context.get("stanzaId"), str):
            return _id(context["stanzaId"])
    return None


def _when(timestamp: Any, now: dt.datetime) -> dt.datetime:
    """Unix seconds, as a number, as text, or as the halves of a long; what cannot be is taken for now."""
    if isinstance(timestamp, dict):
        timestamp = timestamp.get("low")
    try:
        moment = dt.datetime.fromtimestamp(int(timestamp), dt.UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return now
    return moment if now - dt.timedelta(days=30) < moment <= now else now


def _iso(moment: Any) -> dt.datetime | None:
    try:
        parsed = dt.datetime.fromisoformat(moment)
    except (TypeError, ValueError):
        return None
    return parsed if parsed.tzinfo else None


def _id(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 200 or not value.isascii() or "\x00" in value:
        raise ValueError("not a message id")
    return value
