"""Whether the gateway answers, takes our key, and keeps what it sends."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import requests
from redis import Redis, RedisError

from proactive.deadline.session import BoundedSession
from proactive.gateways.base import Gateway
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.monitoring.condition import Condition
from proactive.storage.redis import GATEWAY_MEMORY


@dataclass(frozen=True, slots=True)
class GatewayCheck:
    """Asks the gateway at `url`, which has `patience` seconds; what workers learned of it is in Redis."""

    url: str
    gateway: Gateway
    redis: Redis
    patience: float

    def __call__(self, instances: Sequence[str]) -> list[Condition]:
        """What is so of it; `instances` are those that it is asked about, with our key. Never raises for what is away.

        It looks at the key only where it knows the instance: the first one that it knows decides.
        """
        try:
            with BoundedSession() as session:
                status = session.status("GET", self.url, seconds=self.patience)
        except requests.RequestException as error:
            return [Condition("gateway", "gateway_away", {"why": type(error).__name__})]
        if status >= 500:
            return [Condition("gateway", "gateway_failing", {"status": status})]
        return self._of_key(instances)

    def _of_key(self, instances: Sequence[str]) -> list[Condition]:
        for instance in instances:
            try:
                self.gateway.state(instance)
            except GatewayError as error:
                if error.fault is GatewayFault.UNAUTHORIZED:
                    return [Condition("gateway", "gateway_key", {"why": error.failure.text})]
                if error.fault is GatewayFault.NO_INSTANCE:
                    continue
            return []  # what else it says of this one instance is no word on the key
        return []

    def memory(self) -> list[Condition]:
        """What workers learned of it: a Redis that hangs must not make the gateway late."""
        with suppress(RedisError):
            if self.redis.hget(GATEWAY_MEMORY, "keeps") == b"no":
                return [Condition("gateway", "gateway_forgets")]
        return []
