"""Evolution API's webhook events, read for what we keep of them: never a text, never a number."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from proactive.gateways.phones import match_key

#: What becomes of a message, by Evolution's status; PENDING only says that the gateway took it.
RECEIPTS = {
    "PENDING": "accepted_at",
    "SERVER_ACK": "server_ack_at",
    "DELIVERY_ACK": "delivered_at",
    "READ": "read_at",
    "PLAYED": "read_at",
    "ERROR": "error_at",
}
#: The states of a connection, by the words of `connection.update` and of `status.instance`.
_STATES = {
    "open": "open", "connecting": "connecting", "close": "close", "closed": "close", "removed": "close",
    "refused": "refused",
}  # fmt: skip
_LOGGED_OUT = 401
#: Messages of the protocol itself (edits, deletions, keys): nobody wrote them.
_NOT_WRITTEN = frozenset({"protocolMessage", "senderKeyDistributionMessage", "reactionMessage"})
#: What WhatsApp puts around a message: the message itself is one level down.
_AROUND = ("ephemeralMessage", "viewOnceMessage", "viewOnceMessageV2", "documentWithCaptionMessage")
_PERSON = ("@s.whatsapp.net", "@c.us")
_HIDDEN = "@lid"
_DIGITS = re.compile(r"[0-9]{5,20}")
_ID = re.compile(r"[\x21-\x7e]{1,200}")
#: What is later than its arrival, or older than this, cannot be an event's own time.
_OLDEST = dt.timedelta(days=30)


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
    """Somebody wrote to an instance. `sender` is `match_key` of the number, None where it is hidden."""

    gateway_message_id: str
    sender: str | None
    quoted: str | None
    at: dt.datetime


Event = ConnectionEvent | ReceiptEvent | ReplyEvent


def read_events(name: str, data: Any, at: dt.datetime, now: dt.datetime) -> list[Event]:
    """The events that one webhook tells; none where it is about nothing of ours.

    `at` is the webhook's own time, `now` that of its arrival (both aware). Of several data those that are none are
    left out.

    Raises:
        ValueError: no data look like those of an event of this name.
    """
    reader = _READERS.get(event_name(name))
    if reader is None:
        return []
    items = data if isinstance(data, list) else [data]
    found, unread = [], 0
    for item in items:
        try:
            event = reader(item, at, now)
        except (AttributeError, KeyError, TypeError, ValueError):
            unread += 1
        else:
            found += [event] if event is not None else []
    if unread and unread == len(items):
        raise ValueError("not the data of such an event")
    return found


def event_name(name: str) -> str:
    """An event's name as webhooks have it, whether written so, as in the settings, or as in an address."""
    return name.lower().replace("_", ".").replace("-", ".")


def _connection(data: dict[str, Any], at: dt.datetime, now: dt.datetime) -> ConnectionEvent | None:
    said = data["state"] if "state" in data else data["status"]
    state = _STATES.get(said.lower())
    reason = _reason(data.get("statusReason", data.get("disconnectionReasonCode")))
    return ConnectionEvent(state, reason, at) if state else None


def _logged_out(data: Any, at: dt.datetime, now: dt.datetime) -> ConnectionEvent:
    return ConnectionEvent("close", _LOGGED_OUT, at)


def _removed(data: Any, at: dt.datetime, now: dt.datetime) -> ConnectionEvent:
    return ConnectionEvent("close", None, at)


def _reason(code: Any) -> int | None:
    return code if isinstance(code, int) and not isinstance(code, bool) and 0 <= code < 1000 else None


def _told(data: dict[str, Any], at: dt.datetime, now: dt.datetime) -> ReceiptEvent | None:
    receipt = RECEIPTS.get(str(data["status"]).upper())
    if receipt is None or data.get("fromMe") is not True or data.get("message"):  # an edit is shown as SERVER_ACK
        return None
    return ReceiptEvent(_id(data["keyId"]), receipt, at)


def _sent(data: dict[str, Any], at: dt.datetime, now: dt.datetime) -> ReceiptEvent | None:
    receipt = RECEIPTS.get(str(data.get("status")).upper())
    return ReceiptEvent(_id(data["key"]["id"]), receipt, _when(data.get("messageTimestamp"), now)) if receipt else None


def _reply(data: dict[str, Any], at: dt.datetime, now: dt.datetime) -> ReplyEvent | None:
    key = data["key"]
    address = str(key["remoteJid"])
    if address.endswith(_HIDDEN):
        address = str(key.get("remoteJidAlt") or address)
    person = address.endswith(_PERSON)
    if key.get("fromMe") or not (person or address.endswith(_HIDDEN)) or data.get("messageType") in _NOT_WRITTEN:
        return None
    digits = address.partition("@")[0].partition(":")[0]
    sender = match_key(digits) if person and _DIGITS.fullmatch(digits) else None
    return ReplyEvent(_id(key["id"]), sender, _quoted(data), _when(data.get("messageTimestamp"), now))


def _quoted(data: dict[str, Any]) -> str | None:
    """The id of the message that is quoted: beside the message, in one of its parts, or one level down."""
    holders, message = [data], data.get("message")
    while isinstance(message, dict):
        holders += [part for part in message.values() if isinstance(part, dict)]
        wrapped = next((message[name] for name in _AROUND if isinstance(message.get(name), dict)), None)
        message = wrapped.get("message") if wrapped else None
    for holder in holders:
        context = holder.get("contextInfo")
        quoted = context.get("stanzaId") if isinstance(context, dict) else None
        if isinstance(quoted, str) and _ID.fullmatch(quoted):
            return quoted
    return None


def _when(timestamp: Any, now: dt.datetime) -> dt.datetime:
    """Unix seconds, as a number, as text, or as the halves of a long; what cannot be is taken for now."""
    if isinstance(timestamp, dict):
        timestamp = timestamp.get("low")
    try:
        moment = dt.datetime.fromtimestamp(int(timestamp), dt.UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return now
    return moment if _possible(moment, now) else now


def _possible(moment: dt.datetime, now: dt.datetime) -> bool:
    return now - _OLDEST < moment <= now


def _id(value: Any) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError("not a message id")
    return value


_READERS: dict[str, Callable[[Any, dt.datetime, dt.datetime], Event | None]] = {
    "connection.update": _connection, "status.instance": _connection, "logout.instance": _logged_out,
    "remove.instance": _removed, "messages.upsert": _reply, "messages.update": _told, "send.message": _sent,
}  # fmt: skip
