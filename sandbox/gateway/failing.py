"""How each fault of the table is made to happen, before a message is accepted and after it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from sandbox.gateway import dripping, replies
from sandbox.gateway.connection_states import ConnectionStates
from sandbox.gateway.connections import drop
from sandbox.gateway.fault_rules import FaultRule
from sandbox.gateway.records import SandboxInstance
from sandbox.gateway.store import Store
from sandbox.gateway.whatsapp_ids import jid_of

_PROXY_GIVES_UP = 504


class Failing:
    """Gets one message wrong."""

    def __init__(self, store: Store, states: ConnectionStates) -> None:
        self._store, self._states = store, states

    async def before(self, request: Request, wrong: FaultRule, instance: SandboxInstance, number: str) -> bool:
        """What goes wrong before the message is accepted; true where the connection is gone.

        Raises:
            Refusal: what is answered instead.
        """
        match wrong.how:
            case "hang_before_accept":
                await asyncio.sleep(wrong.seconds)
            case "drop_before_accept":
                self._store.refuse(instance.name, number, wrong.how)
                await drop(request)
                return True
            case "connecting":
                self._states.change(instance.name, "connecting", seconds=wrong.seconds)
                raise self.away(instance, number)
        if refusal := _refusal(wrong, number, str(request.base_url).rstrip("/")):
            raise refusal
        return False

    def away(self, instance: SandboxInstance, number: str) -> replies.Refusal:
        """The refusal of an instance without a connection: a cached number is found out only while sending."""
        status = 400 if self._store.is_cached(number) else 500
        return replies.disconnected(status) if instance.ever_connected else replies.never_connected(status)

    async def after(self, request: Request, wrong: FaultRule, answer: dict[str, Any]) -> None:
        """What goes wrong after the message has gone out.

        Raises:
            Refusal: what is answered instead.
        """
        match wrong.how:
            case "hang":
                await asyncio.sleep(wrong.seconds)
            case "drop_after_accept":
                await drop(request)
            case "drip_status" | "drip_headers" | "drip_body":
                await dripping.drip(request, answer, wrong.how.removeprefix("drip_"), wrong.seconds)
            case "fail_after_accept":
                raise replies.Refusal(wrong.status or 503, wrong.message, wrong.how, recorded=True)
            case "proxy_after_accept":
                raise replies.proxy_page(wrong.status or _PROXY_GIVES_UP, wrong.how, recorded=True)
            case "html_after_accept":
                raise replies.html_page(wrong.how, recorded=True)
            case "timed_out":
                raise replies.timed_out(wrong.how, recorded=True)
            case "database_after_accept":
                raise replies.database_failed()


def everywhere(how: str, server_url: str) -> replies.Refusal:
    """The refusal of every request, whatever it asks for."""
    return replies.license_required(server_url) if how == "license_required" else replies.unauthorized()


def _refusal(wrong: FaultRule, number: str, server_url: str) -> replies.Refusal | None:
    refusals: dict[str, Callable[[], replies.Refusal]] = {
        "refuse_number": lambda: replies.not_on_whatsapp(number, jid_of(number)),
        "throttle": lambda: replies.throttled(wrong.status or 500),
        "disconnected": lambda: replies.disconnected(wrong.status or 500),
        "never_connected": lambda: replies.never_connected(wrong.status or 500),
        "number_timed_out": replies.number_timed_out,
        "timed_out_before_accept": lambda: replies.timed_out(wrong.how),
        "starting_up": replies.starting_up,
        "database_away": replies.database_away,
        "unauthorized": replies.unauthorized,
        "license_required": lambda: replies.license_required(server_url),
        "fail": lambda: replies.Refusal(wrong.status or 503, wrong.message, wrong.how),
        "proxy_before_accept": lambda: replies.proxy_page(wrong.status or _PROXY_GIVES_UP, wrong.how),
        "html_before_accept": lambda: replies.html_page(wrong.how),
    }
    make = refusals.get(wrong.how)
    return make() if make else None
