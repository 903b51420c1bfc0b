"""`POST /message/sendText/{instance}`: accept, refuse, or misbehave as told."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.gateway import replies
from sandbox.gateway.connections import drop
from sandbox.gateway.fault_rules import FaultRule, FaultRules
from sandbox.gateway.records import SandboxInstance
from sandbox.gateway.store import Store
from sandbox.gateway.whatsapp_ids import jid_of

_FEWEST_DIGITS, _MOST_DIGITS = 10, 15
_NO_REPLY = Response(status_code=204)


class Sending:
    """The endpoint. What it accepts is on disk before anything is answered."""

    def __init__(self, store: Store, mischief: FaultRules) -> None:
        self._store = store
        self._mischief = mischief

    async def accept(self, request: Request, instance: SandboxInstance, body: Any) -> Response:
        """Deal with one message of a known sender.

        Raises:
            Refusal: what Evolution API answers instead of 201.
        """
        number, text = valid(body)
        if instance.state != "open":
            raise replies.disconnected() if instance.ever_connected else replies.never_connected()
        wrong = self._mischief.take(instance.name, number)
        if wrong and await self._failed_before(request, wrong, instance, number):
            return _NO_REPLY
        if not _FEWEST_DIGITS <= len(number) <= _MOST_DIGITS:
            raise replies.not_on_whatsapp(number, jid_of(number))
        outcome = wrong.how if wrong else "accepted"
        message = self._store.accept(instance.name, number, text, outcome)
        if wrong:
            await _fail_after(request, wrong)
        return JSONResponse(replies.sent(message, instance), status_code=201)

    async def _failed_before(self, request: Request, wrong: FaultRule, instance: SandboxInstance, number: str) -> bool:
        match wrong.how:
            case "refuse_number":
                raise replies.not_on_whatsapp(number, jid_of(number))
            case "throttle":
                raise replies.throttled()
            case "disconnected":
                raise replies.disconnected(wrong.status or 500)
            case "fail":
                raise replies.Refusal(wrong.status or 503, "The sandbox was told to fail", "fail")
            case "hang_before_accept":
                await asyncio.sleep(wrong.seconds)
            case "drop_before_accept":
                self._store.refuse(instance.name, number, "drop_before_accept")
                await drop(request)
                return True
            case _:
                pass
        return False


async def _fail_after(request: Request, wrong: FaultRule) -> None:
    match wrong.how:
        case "hang":
            await asyncio.sleep(wrong.seconds)
        case "drop_after_accept":
            await drop(request)
        case "fail_after_accept":
            status = wrong.status or 503
            raise replies.Refusal(status, "The sandbox was told to fail", wrong.how, recorded=True)
        case _:
            pass


def valid(body: Any) -> tuple[str, str]:
    """The number's digits and the text.

    Raises:
        Refusal: Evolution API's own words for what is wrong with the body.
    """
    fields = body if isinstance(body, dict) else {}
    missing = [f'instance requires property "{name}"' for name in ("number", "text") if name not in fields]
    if missing:
        raise replies.bad_request(*missing)
    number, text = fields["number"], fields["text"]
    if not isinstance(number, str) or not re.match(r"\d+[.@\w-]+", number):
        raise replies.bad_request("Invalid number")
    if not isinstance(text, str):
        raise replies.bad_request("text is not of a type(s) string")
    if not text.strip():
        raise replies.Refusal(400, ["Text is required"], "bad_request")
    return re.sub(r"\D", "", number.split("@")[0]), text
