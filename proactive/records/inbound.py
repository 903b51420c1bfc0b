"""Keeps the events of the gateway's webhooks: one database call a kind, and the same again changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from proactive.gateways.evolution.events import ConnectionEvent, Event, ReceiptEvent, ReplyEvent, WrittenEvent
from proactive.storage.answers import Row, rows
from proactive.storage.answers import row as shape
from proactive.storage.supabase import Database


@dataclass(frozen=True, slots=True)
class Heard:
    """An event of the instance of that name (the gateway's name for it).

    `concerns`: it is a message that a rule of opt-out may read, whoever wrote it. `answer` is what is kept of how it
    was read: `medium` (text, audio, sticker, reaction, other), `said` and the `rule`; None of what nobody wrote.
    """

    instance: str
    event: Event
    concerns: bool = False
    answer: Row | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """A message that is to be acted upon, by its place among those that were heard.

    `known` says what came of it where that was done before (`handled`, `opt_out`, `luto`), `view` what it may be about
    where it waits for that. `quoted` is what it quotes, or what the message quotes that it changes; `earlier` are the
    ids of messages that it changes.
    """

    place: int
    known: Row | None
    view: Row | None
    quoted: str | None
    earlier: tuple[str, ...] = ()


class Inbound:
    """Writes events.

    Raises SupabaseError where Supabase is away: nothing or some of it was kept, and all of it may be kept again. It is
    RecordRefused where one of the events can never be kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, heard: Sequence[Heard]) -> list[Talk]:
        """Keep events, in the order in which they were heard; those that are to be acted upon."""
        connections, receipts, written, replies, places = [], [], [], [], []
        for place, each in enumerate(heard):
            event = each.event
            row: dict[str, Any] = {"instance": each.instance, "at": event.at.isoformat()}
            if isinstance(event, ConnectionEvent):
                connections.append(row | {"state": event.state, "reason": event.reason})
            elif isinstance(event, ReceiptEvent):
                receipts.append(row | {"id": event.gateway_message_id, "receipt": event.receipt})
            elif isinstance(event, WrittenEvent):
                written.append(row | _written(event))
            else:
                replies.append(row | _reply(event) | {"concerns": each.concerns} | (each.answer or {}))
                places.append(place)
        self._call("aurora_proactive_keep_connections", "p_states", connections)
        self._call("aurora_proactive_keep_receipts", "p_receipts", receipts)
        self._call("aurora_proactive_keep_written", "p_written", written)
        answer = self._call("aurora_proactive_keep_replies", "p_replies", replies)
        return [
            Talk(places[int(each["n"]) - 1], each["known"], each["view"], each["quoted"], tuple(each["earlier"]))
            for each in rows(answer.get("talk", []))
        ]

    def _call(self, function: str, argument: str, rows: list[dict[str, Any]]) -> Row:
        return self._database.call(function, {argument: rows}, shape) if rows else {}


def _written(event: WrittenEvent) -> dict[str, Any]:
    words = hashlib.md5(event.text.strip().encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    return {
        "id": event.gateway_message_id, "receiver": event.receiver, "lid": event.lid, "offers": event.offers_words,
        "words": words if event.text else None,
    }  # fmt: skip


def _reply(event: ReplyEvent) -> dict[str, Any]:
    return {
        "id": event.gateway_message_id, "sender": event.sender, "lid": event.lid, "quoted": event.quoted,
        "kind": event.kind, "text": event.text, "timed": event.timed, "original": event.original,
    }  # fmt: skip
