"""The chores at the gateway, in a thread of their own: a gateway that does not answer holds up no other chore."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from redis import RedisError

from proactive.app import Application, build_gateway
from proactive.errors import ProactiveError
from proactive.jobs.reconnection import resend_reconnected
from proactive.processes.delivery_chores import DeliveryChores
from proactive.records.gateway_memory import GatewayMemory

logger = logging.getLogger(__name__)

#: Seconds between two looks whether the gateway is another one, or has begun to keep messages.
_PROBE_EVERY = 600.0
#: And between two runs about silent messages, and about instances that were closed.
_ASK_EVERY, _LOOK_EVERY = 30.0, 60.0


@dataclass
class GatewayChores:
    """Looks after the gateway whenever it is told to, unless it still does. `monotonic` counts seconds."""

    app: Application
    monotonic: Callable[[], float] = time.monotonic
    _ran: dict[str, float] = field(default_factory=dict)
    _thread: threading.Thread | None = None

    def begin(self) -> None:
        """Run what is due in a thread; does nothing while the last one still runs."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self.run_due, name="gateway chores", daemon=True)
            self._thread.start()

    def run_due(self) -> None:
        """Run what is due; one that fails is logged and tried again after its interval."""
        # connections of its own: another thread sends with the application's
        gateway, now = build_gateway(self.app.settings), dt.datetime.now(dt.UTC)
        memory = GatewayMemory(gateway, self.app.lately, self.app.redis)
        self._chore("probe the gateway", _PROBE_EVERY, lambda: memory.probe(now))
        self._chore("look for reconnected instances", 0.0, lambda: resend_reconnected(self.app, gateway, now))
        deliveries = DeliveryChores(self.app, gateway, _utc_now)
        self._chore("ask about silent messages", _ASK_EVERY, deliveries.ask_about_silent)
        self._chore("look at closed instances", _LOOK_EVERY, deliveries.look_at_closed)

    def _chore(self, name: str, interval: float, chore: Callable[[], object]) -> None:
        if self.monotonic() < self._ran.get(name, float("-inf")) + interval:
            return
        self._ran[name] = self.monotonic()
        try:
            chore()
        except (ProactiveError, RedisError) as error:
            logger.warning("Could not %s: %s", name, type(error).__name__, extra={"action": "upkeep_failed"})


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
