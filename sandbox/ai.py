"""A stand-in for the AI service: it speaks the chat-completions format, and behaves as told.

    python -m sandbox.ai --port 8090
    curl -X POST localhost:8090/sandbox/mode -d '{"mode": "lie"}'

`GET /sandbox/mode` answers the mode, `GET /sandbox/requests` the bodies that were posted, as they came.
"""

from __future__ import annotations

import argparse
import json
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from sandbox.ai_answers import Mode, bomb, completion

_LONGEST_HANG = 120.0
_DRIP = 0.05


class AuroraSandbox(ThreadingHTTPServer):
    """The stand-in as a server on 127.0.0.1; `port` 0 takes a free one. `requests` are the bodies it got."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.requests: list[str] = []
        self.released = threading.Event()
        self._mode = Mode.TRUTH

    @property
    def url(self) -> str:
        """The base URL, as a client of the API takes it."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    @property
    def mode(self) -> Mode:
        """How it answers now; setting it lets go of the requests that hang."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._mode = mode
        self.released.set()
        self.released = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        sandbox = cast("AuroraSandbox", self.server)
        answers: dict[str, Any] = {
            "/sandbox/mode": {"mode": sandbox.mode},
            "/sandbox/requests": {"requests": sandbox.requests},
        }
        found = self.path in answers
        self._answer(answers.get(self.path, {"error": "not found"}), HTTPStatus.OK if found else HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        sandbox = cast("AuroraSandbox", self.server)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path == "/sandbox/mode":
            self._set_mode(sandbox, body)
        elif self.path == "/v1/chat/completions":
            sandbox.requests.append(body)
            self._complete(sandbox, body)
        else:
            self._answer({"error": "not found"}, HTTPStatus.NOT_FOUND)

    def _set_mode(self, sandbox: AuroraSandbox, body: str) -> None:
        try:
            sandbox.mode = Mode(json.loads(body)["mode"])
        except (ValueError, KeyError, TypeError):
            self._answer({"error": f"mode is one of {', '.join(Mode)}"}, HTTPStatus.UNPROCESSABLE_ENTITY)
        else:
            self._answer({"mode": sandbox.mode})

    def _complete(self, sandbox: AuroraSandbox, body: str) -> None:
        released = sandbox.released
        match sandbox.mode:
            case Mode.FAIL:
                self._answer({"error": {"message": "overloaded"}}, HTTPStatus.INTERNAL_SERVER_ERROR)
            case Mode.THROTTLE:
                self._answer({"error": {"message": "slow down"}}, HTTPStatus.TOO_MANY_REQUESTS)
            case Mode.HANG:
                released.wait(_LONGEST_HANG)
                self.close_connection = True
            case Mode.GARBAGE:
                self._write(b"<html>what?</html>", HTTPStatus.OK)
            case Mode.BOMB:
                self._write(bomb(), HTTPStatus.OK, encoding="gzip")
            case mode:
                drip_until = released if mode is Mode.DRIP else None
                self._write(completion(body, mode), HTTPStatus.OK, drip_until=drip_until)

    def _answer(self, body: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> None:
        self._write(json.dumps(body).encode(), status)

    def _write(
        self, body: bytes, status: HTTPStatus, *, encoding: str | None = None, drip_until: threading.Event | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if encoding is not None:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        if drip_until is None:
            self.wfile.write(body)
            return
        for position in range(len(body)):
            if drip_until.wait(_DRIP):
                return
            self.wfile.write(body[position : position + 1])

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: requests are kept in `requests`."""


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.ai", description=__doc__)
    parser.add_argument("--port", type=int, default=8090)
    sandbox = AuroraSandbox(parser.parse_args().port)
    print(f"The AI stand-in answers at {sandbox.url}", flush=True)
    sandbox.serve_forever()


if __name__ == "__main__":
    main()
