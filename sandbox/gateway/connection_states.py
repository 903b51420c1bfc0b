"""Instances that connect, lose their connection and come back, with the webhooks that tell of it."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from sandbox.gateway.records import SandboxInstance
from sandbox.gateway.store import Store
from sandbox.gateway.webhooks import Webhooks
from sandbox.gateway.whatsapp_ids import own_jid
from sandbox.gateway.writing import Writing

#: Why a connection ends, as WhatsApp numbers it: logged out (403: banned, 440: replaced).
LOGGED_OUT = 401
_FINE = 200
#: Seconds between `connecting` and `open`, so that the events' own times tell which came first.
_HANDSHAKE = 0.2


class ConnectionStates:
    """Changes the state of instances; every change is told, what changes nothing is not."""

    def __init__(self, store: Store, webhooks: Webhooks, writing: Writing) -> None:
        self._store, self._webhooks, self._writing = store, webhooks, writing

    def change(
        self,
        name: str,
        state: str,
        *,
        ever_connected: bool | None = None,
        seconds: float | None = None,
        reason: int = LOGGED_OUT,
    ) -> SandboxInstance:
        """Create the instance, or put it into another state.

        One that is `connecting` will be `open` after `seconds`, None is never. `reason` is why it is `close`.
        """
        before = self._store.instance(name)
        ever = state == "open" if ever_connected is None else ever_connected
        opens_at = None if seconds is None or state != "connecting" else time.time() + seconds
        instance = self._store.put_instance(name, state, ever_connected=ever, opens_at=opens_at)
        if before and before.state == "close" and state == "open":
            self._told(name, "connecting")
            self._webhooks.later(_HANDSHAKE, self._told_if_open, name)
        elif before and before.state != state:
            self._told(name, state, reason)
        if opens_at is not None:
            asyncio.get_running_loop().call_later(seconds or 0, self._opened, name, opens_at)
        return instance

    def _opened(self, name: str, opens_at: float) -> None:
        instance = self._store.instance(name)
        # another change since has the last word
        if instance and instance.opens_at in (None, opens_at) and instance.state != "close":
            self._store.put_instance(name, "open", ever_connected=True)
            self._told(name, "open")

    def _told_if_open(self, name: str) -> None:
        instance = self._store.instance(name)
        if instance and instance.state == "open":
            self._told(name, "open")

    def _told(self, name: str, state: str, reason: int = _FINE) -> None:
        data: dict[str, Any] = {"instance": name}
        if state == "open":
            data |= {"wuid": own_jid(name), "profileName": name, "profilePictureUrl": None}
            self._writing.connected(name)
        closed = state == "close"
        self._webhooks.tell(
            name, "connection.update", data | {"state": state, "statusReason": reason if closed else _FINE}
        )
        if closed:
            gone = {"instance": name, "status": "closed", "disconnectionReasonCode": reason}
            self._webhooks.tell(name, "status.instance", gone | {"disconnectionObject": None})
