"""`POST /message/sendText/{instance}`: accept, refuse, or misbehave as told."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.gateway import replies, shapes
from sandbox.gateway.deliveries import Deliveries
from sandbox.gateway.failing import Failing
from sandbox.gateway.fault_rules import FaultRule, FaultRules
from sandbox.gateway.records import SandboxInstance, SandboxMessage
from sandbox.gateway.send_request import SendRequest, read_send_request
from sandbox.gateway.server_settings import SettingsHolder
from sandbox.gateway.store import Store
from sandbox.gateway.whatsapp_ids import jid_of, lid_of

_FEWEST_DIGITS, _MOST_DIGITS = 10, 15
_NO_REPLY = Response(status_code=204)
#: A thumbnail whose JSON is over 100 kB, as photographs of sites make them.
_LARGE_PREVIEW = 16_000


class Sending:
    """The endpoint. What it accepts is on disk before anything is answered."""

    def __init__(
        self, store: Store, mischief: FaultRules, settings: SettingsHolder, failing: Failing, deliveries: Deliveries
    ) -> None:
        self._store, self._mischief, self._settings = store, mischief, settings
        self._failing, self._deliveries = failing, deliveries

    async def accept(self, request: Request, instance: SandboxInstance, body: Any) -> Response:
        """Deal with one message of a known sender.

        Raises:
            Refusal: what Evolution API answers instead of 201.
        """
        wanted = read_send_request(body)
        if instance.state != "open":
            raise self._failing.away(instance, wanted.number)
        wrong = self._mischief.take(instance.name, wanted.number)
        if wrong and await self._failing.before(request, wrong, instance, wanted.number):
            return _NO_REPLY
        await self._at_work(instance, wanted)
        message = self._accepted(instance, wanted, wrong)
        self._deliveries.follow(message, instance, wrong)
        answer = shapes.sent(message, instance, self._settings.now.integration)
        if wrong:
            await self._failing.after(request, wrong, answer)
        return JSONResponse(answer, status_code=201)

    async def _at_work(self, instance: SandboxInstance, wanted: SendRequest) -> None:
        """Take as long as a real server; the connection may be lost meanwhile."""
        settings = self._settings.now
        seconds = settings.answers_after + (settings.fetches_links_for if wanted.fetches_link else 0)
        if seconds:
            await asyncio.sleep(seconds)
            now = self._store.instance(instance.name)
            if now is None or now.state != "open":
                raise replies.disconnected(400)
        if not _FEWEST_DIGITS <= len(wanted.number) <= _MOST_DIGITS:
            raise replies.not_on_whatsapp(wanted.number, jid_of(wanted.number))

    def _accepted(self, instance: SandboxInstance, wanted: SendRequest, wrong: FaultRule | None) -> SandboxMessage:
        settings, how = self._settings.now, wrong.how if wrong else "accepted"
        message_id = wanted.message_id if settings.takes_message_id else None
        if settings.integration == "EVOLUTION":
            message_id = message_id or str(uuid4())
        preview = 0 if settings.fetches_links_for and wanted.fetches_link else None
        return self._store.accept(
            instance.name,
            wanted.number,
            wanted.text,
            how,
            message_id=message_id,
            jids=self._jids(wanted.number, how),
            kept=settings.keeps_messages and (wrong is None or wrong.kept),
            preview=_LARGE_PREVIEW if how == "large_answer" else preview,
        )

    def _jids(self, number: str, how: str) -> tuple[str, str | None]:
        settings = self._settings.now
        if settings.integration == "EVOLUTION":
            return number, None
        addressing = how if how.startswith("lid_") else settings.addressing
        if addressing == "pn":
            return jid_of(number), None
        return lid_of(number), jid_of(number) if addressing == "lid_with_alt" else None
