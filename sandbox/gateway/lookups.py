"""`findMessages` and `findStatusMessage`, with the filters that 2.3.7 really has."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.gateway import shapes
from sandbox.gateway.chat_store import ChatStore
from sandbox.gateway.guard import Guard, object_of
from sandbox.gateway.records import SandboxInstance, SandboxMessage, SandboxReceipt
from sandbox.gateway.replies import Refusal
from sandbox.gateway.server_settings import SettingsHolder
from sandbox.gateway.store import Store

_PAGE = 50


class Lookups:
    """The endpoints; they find what the server keeps."""

    def __init__(self, store: Store, chats: ChatStore, settings: SettingsHolder, guard: Guard) -> None:
        self._store, self._chats, self._settings, self._guard = store, chats, settings, guard

    async def find_messages(self, request: Request) -> Response:
        """A page of the instance's messages, newest first, sent and received ones."""
        instance = self._guard.instance(request)
        query = await object_of(request)
        where = _object(query.get("where"))
        wanted = [record for record in self._records(instance, where) if _fits(record, where)]
        wanted.sort(key=lambda record: -int(record["messageTimestamp"]))
        size, page = _positive(query.get("offset"), _PAGE), _positive(query.get("page"), 1)
        listing = {
            "total": len(wanted),
            "pages": math.ceil(len(wanted) / size),
            "currentPage": page,
            "records": wanted[size * (page - 1) : size * page],
        }
        return JSONResponse({"messages": listing})

    async def find_status_message(self, request: Request) -> Response:
        """A page of receipts of the instance's messages; `where` has `id` (the key's) and `remoteJid`."""
        instance = self._guard.instance(request)
        query = await object_of(request)
        where = _object(query.get("where"))
        messages = self._store.messages(
            instance=instance.name, gateway_message_id=where.get("id"), remote_jid=where.get("remoteJid")
        )
        rows = [_status_row(receipt, message, instance) for message in messages for receipt in self._receipts(message)]
        size, page = _positive(query.get("offset"), _PAGE), _positive(query.get("page"), 1)
        return JSONResponse(rows[size * (page - 1) : size * page])

    def _records(self, instance: SandboxInstance, where: dict[str, Any]) -> list[dict[str, Any]]:
        """Everything kept, latest first; the key's id is looked for by the database."""
        if not self._settings.now.keeps_messages:
            return []
        by_id, integration = _object(where.get("key")).get("id") or None, self._settings.now.integration
        sent = self._store.messages(instance=instance.name, gateway_message_id=by_id)
        received = self._chats.replies(instance=instance.name, gateway_message_id=by_id)
        return [
            shapes.found(message, instance, self._receipts(message), integration)
            for message in reversed(sent)
            if message.kept
        ] + [reply.record for reply in reversed(received) if reply.record]

    def _receipts(self, message: SandboxMessage) -> list[SandboxReceipt]:
        return self._chats.receipts_of(message.id) if self._settings.now.keeps_updates else []


def _fits(record: dict[str, Any], where: dict[str, Any]) -> bool:
    key, wanted = record["key"], _object(where.get("key"))
    if any(where.get(name) not in (None, record[name]) for name in ("id", "source", "messageType")):
        return False
    if not _in_time(record["messageTimestamp"], where.get("messageTimestamp")):
        return False
    # an empty or false filter is none: `fromMe: false` finds everything
    if any(wanted.get(name) and wanted[name] != key.get(name) for name in ("id", "fromMe", "participant")):
        return False
    jids = [name for name in ("remoteJid", "remoteJidAlt") if wanted.get(name)]
    return not jids or any(wanted[name] == key.get(name) for name in jids)


def _in_time(timestamp: int, wanted: Any) -> bool:
    """Whether it is within both bounds; one bound alone is ignored."""
    begin, end = _object(wanted).get("gte"), _object(wanted).get("lte")
    return not (begin and end) or _seconds(begin) <= timestamp <= _seconds(end)


def _seconds(moment: Any) -> int:
    try:
        parsed = dt.datetime.fromisoformat(str(moment))
    except ValueError:
        raise Refusal(500, "Invalid value for argument `gte`", "bad_request") from None
    return math.floor(parsed.replace(tzinfo=parsed.tzinfo or dt.UTC).timestamp())


def _status_row(receipt: SandboxReceipt, message: SandboxMessage, instance: SandboxInstance) -> dict[str, Any]:
    row = {"id": shapes.row_id(receipt.id, "u"), "participant": None, "pollUpdates": None}
    return row | shapes.update_of(message, instance, receipt.status)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _positive(value: Any, usual: int) -> int:
    return value if isinstance(value, int) and value > 0 else usual
