"""Connections of the web server: how long a client may keep one, and how many there are.

uvicorn bounds an idle connection only between two requests. Here a client has a time for its whole request and for
reading the answer; and where there are as many connections as files allow, whoever waits longest for its client
makes room. So requests that never end, however many, keep nobody else from an answer.
"""

from __future__ import annotations

import asyncio
import json
import logging
import resource
import time
from typing import Any

import h11
from uvicorn import Server
from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds for the whole of a request, headers and body, and for the whole of an answer once its reader is slow.
REQUEST_SECONDS = 20.0
ANSWER_SECONDS = 60.0
#: At most so many connections, or half of the files that this process may open: requests open some of their own.
_CONNECTIONS = 1000
#: So many connections are accepted at once: they are all there before any of them can be counted.
_BACKLOG = 128
#: What clients can have logged as often as they like is logged once in so many seconds.
_LOG_SECONDS = 60.0
_FLOODS = ("socket.accept() out of system resource", "Invalid HTTP request received.", "Exceeded concurrency limit.")
_NOT_HTTP = {
    "type": "about:blank", "title": "Bad Request", "status": 400, "instance": "/",
    "detail": "This is no HTTP request that can be read.",
}  # fmt: skip


class BoundedConnection(H11Protocol):
    """A connection that is closed when its client takes too long, or when room is needed."""

    limit = _CONNECTIONS

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._timer: asyncio.TimerHandle | None = None
        #: Since when it waits for its client (the loop's clock), None while we are at work for it.
        self.waiting_since: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count it, and close another one if there are too many."""
        super().connection_made(transport)
        self._wait(REQUEST_SECONDS)
        if len(self.connections) > self.limit:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget its time."""
        self._at_work()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Take what has arrived; the client has done its part once the request is whole."""
        super().handle_events()
        whole = self.cycle is not None and not self.cycle.more_body and not self.cycle.response_complete
        # what it sends while it does not read wins no time for the answer
        if whole and not self.flow.write_paused:
            self._at_work()

    def pause_writing(self) -> None:
        """The client reads slower than we write: from now on the rest of the answer has its time."""
        super().pause_writing()
        if self.waiting_since is None:
            self._wait(ANSWER_SECONDS)

    def on_response_complete(self) -> None:
        """The next request has its time, in which the client also reads what is left of this answer."""
        self._wait(REQUEST_SECONDS)
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP with a problem document, unless an answer has begun."""
        body = json.dumps(_NOT_HTTP).encode()
        headers = [
            (b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode()),
            (b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"), (b"connection", b"close"),
        ]  # fmt: skip
        try:
            head = self.conn.send(h11.Response(status_code=400, headers=headers, reason=b"Bad Request"))
            rest = [self.conn.send(event) for event in (h11.Data(data=body), h11.EndOfMessage())]
        except h11.LocalProtocolError:
            self.transport.abort()
            return
        if self.cycle is not None:
            # what was asked for before has no answer any more
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write(b"".join(part for part in (head, *rest) if part))
        self.transport.close()

    def _should_upgrade(self) -> bool:
        """Never: an upgrade may be ignored, and the application refuses WebSockets."""
        return False

    def _wait(self, seconds: float) -> None:
        self._at_work()
        self.waiting_since = self.loop.time()
        self._timer = self.loop.call_later(seconds, self._too_late)

    def _at_work(self) -> None:
        self.waiting_since = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_late(self) -> None:
        """Close, unless what is left is an answer that is still being read."""
        waited = self.loop.time() - (self.waiting_since or 0.0)
        if self.transport.get_write_buffer_size() and waited < ANSWER_SECONDS:
            self._timer = self.loop.call_later(ANSWER_SECONDS - waited, self._too_late)
            return
        self.transport.abort()

    def _make_room(self) -> None:
        """Close the one that waits longest for its client; this one, where we are at work for all others."""
        waiting = [
            (each.waiting_since, id(each), each)
            for each in self.connections
            if isinstance(each, BoundedConnection) and each.waiting_since is not None
        ]
        if waiting:
            chosen = min(waiting)[-1]
            chosen._at_work()  # so that nobody else chooses it as well
            chosen.transport.abort()


class LogBrake(logging.Filter):
    """Lets a line that any client can cause through once a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is logged; an accept that fails is logged without its traceback."""
        flood = next((flood for flood in _FLOODS if record.getMessage().startswith(flood)), None)
        if flood is None:
            return True
        now = time.monotonic()
        if now - self._last.get(flood, -_LOG_SECONDS) < _LOG_SECONDS:
            return False
        self._last[flood] = now
        record.msg, record.args, record.exc_info = f"{flood} (told once a minute)", None, None
        return True


def bound_connections() -> None:
    """Have every uvicorn of this process serve with bounded connections; however it is started, once is enough.

    uvicorn chooses its protocol before it calls the factory of the application, and asks for it when it starts.
    """
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    BoundedConnection.limit = max(8, min(_CONNECTIONS, files // 2))
    for name in ("asyncio", "uvicorn.error"):
        brakes = [each for each in logging.getLogger(name).filters if isinstance(each, LogBrake)]
        if not brakes:
            logging.getLogger(name).addFilter(LogBrake())
    if Server.startup is not _start_bounded:
        Server.startup = _start_bounded  # type: ignore[assignment, method-assign]  # it has no other hook


_start = Server.startup


async def _start_bounded(server: Server, sockets: Any = None) -> None:
    server.config.http_protocol_class = BoundedConnection
    server.config.backlog = min(server.config.backlog, _BACKLOG)
    await _start(server, sockets)
