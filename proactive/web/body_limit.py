"""The limits of bodies: a longer one is refused before it is read, or as soon as it turns out to be longer.

64 kB for people's requests, 1 MB for a list that somebody imports. A gateway's webhook may hold a picture's thumbnail,
or (`base64`) the picture: 8 MB.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proactive.web.problems import Problem, problem_response

LIMIT = 64 * 1024
IMPORT_LIMIT = 1024 * 1024
WEBHOOK_LIMIT = 8 * 1024 * 1024
_WEBHOOKS = "/webhooks/"
#: What the paths end with that take a whole list: of the API, of the pages.
_IMPORTS = ("/opt-outs/import", "/descadastros/importar")
_SIZES = {LIMIT: "64 kB", IMPORT_LIMIT: "1 MB", WEBHOOK_LIMIT: "8 MB"}


class BodyLimit:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse by the announced length, and by the bytes that arrive."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = _limit_of(scope["path"])
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > limit:
            await problem_response(Request(scope), _refusal(limit))(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _refusal(limit)
            return message

        await self._app(scope, counted, send)


def _limit_of(path: str) -> int:
    if path.startswith(_WEBHOOKS):
        return WEBHOOK_LIMIT
    return IMPORT_LIMIT if path.endswith(_IMPORTS) else LIMIT


def _refusal(limit: int) -> Problem:
    # what is still on its way would be taken for the next request
    size = f"{_SIZES[limit]} ({limit} bytes)"
    return Problem(413, f"The body is larger than {size}: send a smaller one.", headers={"Connection": "close"})
