"""A Supabase that answers whatever a test wants."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from proactive.storage.supabase import Database, connect

Answering = Callable[[int, bytes], AbstractContextManager[Database]]


def _handler(status: int, body: bytes) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"] or 0))
            self.do_GET()

        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@pytest.fixture
def answering() -> Answering:
    """A database behind a server that gives one answer (status, body) to every request."""

    @contextmanager
    def answering(status: int, body: bytes) -> Iterator[Database]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(status, body))
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield Database(connect(f"http://127.0.0.1:{server.server_port}", "a.b.c", 2.0))
        finally:
            server.shutdown()
            server.server_close()

    return answering
