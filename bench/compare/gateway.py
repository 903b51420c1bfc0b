"""The fast gateway (`gateway.js`) as a part of the stack, and what it can be asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from bench.compare.node import find_node
from sandbox.probe import HOST, http_ready
from sandbox.service import Part


def fast_gateway_part(port: int, key: str) -> Part:
    """The gateway on `port`, for clients that know `key`.

    Raises:
        PartMissing: there is no Node.
    """
    program = Path(__file__).with_name("gateway.js")
    return Part("gateway", (find_node(), str(program), str(port)), http_ready(port), {"GATEWAY_KEY": key})


@dataclass(frozen=True)
class Accepted:
    """What the gateway was given since its reset: messages, of how many instances, and what it did not take."""

    messages: int
    instances: int
    refused: int
    unknown: int
    most_in_flight: int


class FastGateway:
    """Asks the gateway, over one kept connection."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=10)

    def reset(self, milliseconds: float) -> None:
        """Forget everything; answer after `milliseconds` from now on."""
        self._ask("POST", f"/reset?latency={milliseconds:g}")

    def accepted(self) -> Accepted:
        """What it was given since the reset."""
        said = self._ask("GET", "/stats")
        return Accepted(
            said["messages"], said["instances"], said["refused"], said["unknown"], said["mostInFlight"]
        )  # fmt: skip

    def _ask(self, method: str, path: str) -> dict[str, int]:
        self._connection.request(method, path)
        answer: dict[str, int] = json.loads(self._connection.getresponse().read())
        return answer
