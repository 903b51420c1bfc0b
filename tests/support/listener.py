"""An address that webhooks are posted to: it keeps what came and answers as told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.world import eventually


@dataclass
class Listener:
    """What came, in order (`raw`: its bytes); `answers` are the statuses to give, 204 when there are no more."""

    url: str
    answers: list[int] = field(default_factory=list)
    came: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    def bodies(self, event: str = "") -> list[dict[str, Any]]:
        """The bodies that came, of one event or of any."""
        return [body for _, _, body in self.came if event in ("", body["event"])]

    def wait(self, count: int, event: str = "") -> list[dict[str, Any]]:
        """The bodies, once there are so many."""
        eventually(lambda: len(self.bodies(event)) >= count, 10, f"{count} webhooks {event}")
        return self.bodies(event)


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener on a free port for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            listener.raw.append(self.rfile.read(length))
            listener.came.append((self.path, dict(self.headers), json.loads(listener.raw[-1])))
            self.send_response(listener.answers.pop(0) if listener.answers else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing: what came is kept."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener = Listener(f"http://127.0.0.1:{server.server_port}/wh")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
