"""Evolution API's webhooks, read for the events in them. Nothing that is read here is kept: that is decided later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from proactive.gateways.evolution.contents import required_id
from proactive.gateways.evolution.events import ConnectionEvent, Event, ReceiptEvent
from proactive.gateways.evolution.incoming import (
    own_moment,
    read_deleted,
    read_edited,
    read_message,
    read_sent,
    read_updated,
)

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
#: Events of messages that people write: their webhook is answered with what became of it.
_TALK = frozenset({"messages.upsert", "messages.edited", "messages.delete"})


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
            events = reader(item, at, now)
        except (AttributeError, KeyError, TypeError, ValueError):
            unread += 1
        else:
            found += events
    if unread and unread == len(items):
        raise ValueError("not the data of such an event")
    return found


def is_talk(name: str) -> bool:
    """Whether an event of this name tells what people wrote."""
    return event_name(name) in _TALK


def event_name(name: str) -> str:
    """An event's name as webhooks have it, whether written so, as in the settings, or as in an address."""
    return name.lower().replace("_", ".").replace("-", ".")


def _connection(data: dict[str, Any], at: dt.datetime, now: dt.datetime) -> list[Event]:
    said = data["state"] if "state" in data else data["status"]
    state = _STATES.get(said.lower())
    reason = _reason(data.get("statusReason", data.get("disconnectionReasonCode")))
    return [ConnectionEvent(state, reason, at)] if state else []


def _logged_out(data: Any, at: dt.datetime, now: dt.datetime) -> list[Event]:
    return [ConnectionEvent("close", _LOGGED_OUT, at)]


def _removed(data: Any, at: dt.datetime, now: dt.datetime) -> list[Event]:
    return [ConnectionEvent("close", None, at)]


def _reason(code: Any) -> int | None:
    return code if isinstance(code, int) and not isinstance(code, bool) and 0 <= code < 1000 else None


def _told(data: dict[str, Any], at: dt.datetime, now: dt.datetime) -> list[Event]:
    receipt = RECEIPTS.get(str(data["status"]).upper())
    if data.get("message"):  # an edit is shown as SERVER_ACK
        return read_updated(data, at, now)
    return [ReceiptEvent(required_id(data["keyId"]), receipt, at)] if receipt and data.get("fromMe") is True else []


def _sent(data: dict[str, Any], at: dt.datetime, now: dt.datetime) -> list[Event]:
    receipt, id_ = RECEIPTS.get(str(data.get("status")).upper()), required_id(data["key"]["id"])
    moment, _ = own_moment(data.get("messageTimestamp"), now)
    told: list[Event] = [ReceiptEvent(id_, receipt, moment)] if receipt else []
    return told + (read_sent(data, at, now) if data["key"].get("remoteJid") else [])


_READERS: dict[str, Callable[[Any, dt.datetime, dt.datetime], list[Event]]] = {
    "connection.update": _connection, "status.instance": _connection, "logout.instance": _logged_out,
    "remove.instance": _removed, "messages.upsert": read_message, "messages.update": _told, "send.message": _sent,
    "messages.edited": read_edited, "messages.delete": read_deleted,
}  # fmt: skip
