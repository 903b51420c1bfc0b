"""Evolution API's events about messages between an instance and people: written, edited, deleted, by either side."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import Any

from proactive.gateways.evolution.contents import contents_of, offers_words, read_words, required_id
from proactive.gateways.evolution.events import Event, ReplyEvent, WrittenEvent
from proactive.gateways.phones import match_key

_PERSON = ("@s.whatsapp.net", "@c.us")
_HIDDEN = "@lid"
_DIGITS = re.compile(r"[0-9]{5,20}")
#: Where another address of the same person may stand.
_ALTERNATIVES = ("remoteJidAlt", "senderPn", "participantPn", "senderAlt", "senderLid")
#: What is later than its arrival by more than clocks differ, or older than this, cannot be an event's own time.
_AHEAD, _OLDEST = dt.timedelta(minutes=2), dt.timedelta(days=30)
#: What a message of the protocol does to another one: by its name, or by its number.
_REVOKES, _EDITS = frozenset({"REVOKE", "0"}), frozenset({"MESSAGE_EDIT", "14"})


def read_message(data: dict[str, Any], at: dt.datetime, now: dt.datetime) -> list[Event]:
    """What `messages.upsert` tells: somebody wrote to us, or our side to somebody. Groups and statuses are nothing."""
    key = data["key"]
    person = _person(key, data)
    contents = contents_of(data) if person is not None else None
    if person is None or contents is None:
        return []
    (number, lid), id_ = person, required_id(key["id"])
    moment, timed = own_moment(data.get("messageTimestamp"), now)
    if key.get("fromMe"):
        if contents.kind == "reaction":
            return []
        return [WrittenEvent(id_, number, lid, contents.text, offers_words(contents.text), moment)]
    return [
        ReplyEvent(
            id_, number, contents.quoted, moment, lid, contents.kind, contents.text, timed, sticker=contents.sticker
        )
    ]


def read_edited(data: dict[str, Any], at: dt.datetime, now: dt.datetime) -> list[Event]:
    """What `messages.edited` tells: a message has other words, or is deleted. Timers and keys are nothing."""
    data = data["protocolMessage"] if isinstance(data.get("protocolMessage"), dict) else data
    id_, type_ = required_id(data["key"]["id"]), str(data.get("type", "")).upper()
    if type_ in _REVOKES:
        return [_deleted(id_, at)]
    edited = data.get("editedMessage")
    return [_edited(id_, edited, None, None, at)] if type_ in _EDITS and isinstance(edited, dict) else []


def read_updated(data: dict[str, Any], at: dt.datetime, now: dt.datetime) -> list[Event]:
    """What `messages.update` tells of somebody's message: an edit, which has its words beside a status of no meaning.

    A status DELETED proves nothing: some versions tell it of edits.
    """
    message = data.get("message")
    edited = message.get("editedMessage") if isinstance(message, dict) else None
    if data.get("fromMe") or not isinstance(edited, dict):
        return []
    person = _person(data, data)
    return [] if person is None else [_edited(required_id(data["keyId"]), edited, *person, at)]


def read_deleted(data: dict[str, Any], at: dt.datetime, now: dt.datetime) -> list[Event]:
    """What `messages.delete` tells: somebody deleted a message for everyone."""
    key = data["key"] if isinstance(data.get("key"), dict) else data
    return [] if key.get("fromMe") else [_deleted(required_id(key["id"]), at)]


def read_sent(data: dict[str, Any], at: dt.datetime, now: dt.datetime) -> list[Event]:
    """What `send.message` tells of its receiver: our side wrote."""
    return read_message({**data, "key": {**data["key"], "fromMe": True}}, at, now)


def own_moment(timestamp: Any, now: dt.datetime) -> tuple[dt.datetime, bool]:
    """When it happened by its own Unix seconds (a number, a text, or the halves of a long), and whether that is known.

    What cannot be is taken for `now`.
    """
    if isinstance(timestamp, dict):
        timestamp = timestamp.get("low")
    try:
        moment = dt.datetime.fromtimestamp(int(timestamp), dt.UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return now, False
    possible = now - _OLDEST < moment <= now + _AHEAD
    return (min(moment, now), True) if possible else (now, False)


def _edited(id_: str, edited: dict[str, Any], sender: str | None, lid: str | None, at: dt.datetime) -> ReplyEvent:
    _, text = read_words(edited.get("message") if isinstance(edited.get("message"), dict) else edited)
    named = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
    return ReplyEvent(f"{id_}:edit:{named}", sender, None, at, lid, "edit", text, timed=False, original=id_)


def _deleted(id_: str, at: dt.datetime) -> ReplyEvent:
    return ReplyEvent(f"{id_}:delete", None, None, at, None, "delete", "", timed=False, original=id_)


def _person(key: dict[str, Any], data: dict[str, Any]) -> tuple[str | None, str | None] | None:
    """The key of the number and the hidden name of whom a chat is with; None where it is with nobody alone."""
    addresses = [str(key["remoteJid"])]
    if not addresses[0].endswith((*_PERSON, _HIDDEN)):
        return None
    addresses += [str(holder.get(name) or "") for holder in (key, data) for name in _ALTERNATIVES]
    number = next((_number(each) for each in addresses if each.endswith(_PERSON) and _number(each)), None)
    lid = next((each for each in addresses if each.endswith(_HIDDEN)), "").partition("@")[0].partition(":")[0]
    return number, lid if _DIGITS.fullmatch(lid) else None


def _number(address: str) -> str | None:
    digits = address.partition("@")[0].partition(":")[0]
    return match_key(digits) if _DIGITS.fullmatch(digits) else None
