"""The back-off of an instance that cannot be sent from for a while: how long its messages wait before the next look.

Its permits are withheld meanwhile, so that one message looks for all of them.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import cast

from redis import Redis

from proactive.gateways.faults import GatewayFault
from proactive.model.durations import BACK_OFF_FIRST, BACK_OFF_LONGEST, CONNECTING_LONGEST
from proactive.model.failure import Failure
from proactive.storage.redis import back_off_key, instance_pause_key, load_script, operators_told_key

logger = logging.getLogger(__name__)

#: Operators hear again of what was mended and broke again, if it was well for so long (seconds).
_TOLD_FOR = 3600


@dataclass(frozen=True, slots=True)
class Waiting:
    """An instance is looked at again in `seconds`; it has been like this for `lasted` seconds."""

    seconds: float
    lasted: float


class BackOff:
    """Keeps what instances wait for. Every method raises redis.RedisError where Redis is away."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._back_off = load_script(redis, "gateways", "back_off")

    def wait(self, instance: str, kind: GatewayFault, failure: Failure) -> Waiting:
        """Have an instance's messages wait: 5 seconds, doubled at each look up to a minute.

        While the instance itself is connecting, up to 15 seconds.
        """
        longest = CONNECTING_LONGEST if kind is GatewayFault.DISCONNECTED else BACK_OFF_LONGEST
        keys = [instance_pause_key(instance), back_off_key(instance)]
        arguments = (str(kind), BACK_OFF_FIRST, longest, failure.text, json.dumps(failure.as_json()))
        seconds, lasted = self._back_off(keys=keys, args=arguments)
        return Waiting(float(seconds), float(lasted))

    def reason(self, instance: str) -> Failure | None:
        """What an instance's messages have waited for until now; None where nothing holds them up."""
        kept = cast("bytes | None", self._redis.hget(back_off_key(instance), "failure"))
        return Failure.from_json(json.loads(kept)) if kept else None

    def tell_operators(self, failure: Failure) -> None:
        """Say that the configuration is wrong: once, and again after it was right for an hour."""
        key = operators_told_key(failure.reason)
        if self._redis.set(key, "1", nx=True, ex=_TOLD_FOR):
            extra = {"action": "gateway_misconfigured", "reason": failure.text, "reasonCode": failure.reason}
            logger.error("Messages wait until the gateway's configuration is right", extra=extra)
        else:
            self._redis.expire(key, _TOLD_FOR)
