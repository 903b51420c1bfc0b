"""The limit of 64 kB for bodies: a longer one is refused before it is read, or as soon as it turns out to be longer."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proactive.web.problems import Problem, problem_response

LIMIT = 64 * 1024
_TOO_LARGE = "The body is larger than 64 kB (65536 bytes): send a smaller one."


class BodyLimit:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse by the announced length, and by the bytes that arrive."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > LIMIT:
            await problem_response(Request(scope), _refusal())(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > LIMIT:
                raise _refusal()
            return message

        await self._app(scope, counted, send)


def _refusal() -> Problem:
    # what is still on its way would be taken for the next request
    return Problem(413, _TOO_LARGE, headers={"Connection": "close"})
