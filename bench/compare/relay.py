"""Distance: a TCP relay on this machine that keeps every piece for half a round trip, in both directions.

    python -m bench.compare.relay --port 15001 --to 15000 --milliseconds 20

Connecting costs nothing extra, so that nobody pays for how often they connect.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import deque

from sandbox.probe import HOST


class End(asyncio.Protocol):
    """One end of a relayed connection; what comes in leaves by the other end `seconds` later."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.other: End | None = None
        self.transport: asyncio.WriteTransport | None = None
        self.leaving: deque[bytes] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.WriteTransport)
        self.transport = transport
        self._let_go()

    def data_received(self, data: bytes) -> None:
        """Pass it on later."""
        self._later(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Close the other end, after what is still on its way."""
        self._later(b"")

    def _later(self, data: bytes) -> None:
        other = self.other
        assert other
        asyncio.get_running_loop().call_later(self.seconds, other.arrive, data)

    def arrive(self, data: bytes) -> None:
        """What the other end got; nothing at all means that it is closed. In the order of coming."""
        self.leaving.append(data)
        self._let_go()

    def _let_go(self) -> None:
        while self.transport and self.leaving:
            if data := self.leaving.popleft():
                self.transport.write(data)
            else:
                self.transport.close()


class Near(End):
    """The client's end, which has the other one made."""

    def __init__(self, seconds: float, port: int) -> None:
        super().__init__(seconds)
        self._port = port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connect on."""
        self.other = far = End(self.seconds)
        far.other = self
        super().connection_made(transport)
        self._connecting = asyncio.ensure_future(self._connect(far))

    async def _connect(self, far: End) -> None:
        try:
            await asyncio.get_running_loop().create_connection(lambda: far, HOST, self._port)
        except OSError:
            self.arrive(b"")


async def relay(port: int, to: int, seconds: float) -> None:
    """Relay from `port` to the port `to`; `seconds` there and back."""
    server = await asyncio.get_running_loop().create_server(lambda: Near(seconds / 2, to), HOST, port)
    await server.serve_forever()


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m bench.compare.relay")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--to", type=int, required=True)
    parser.add_argument("--milliseconds", type=float, required=True, help="there and back")
    asked = parser.parse_args()
    asyncio.run(relay(asked.port, asked.to, asked.milliseconds / 1000))


if __name__ == "__main__":
    main()
