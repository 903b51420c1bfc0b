"""The pages' styles, scripts and icon, which browsers may keep: their addresses change with their contents."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.staticfiles import StaticFiles as StarletteFiles
from starlette.types import Message, Receive, Scope, Send

#: Where they are served.
PATH = "/estatico"
_FOLDER = Path(__file__).parent / "static"
_FOR_LONG = [(b"cache-control", b"public, max-age=604800"), (b"x-content-type-options", b"nosniff")]


class StaticFiles:
    """The files as an ASGI application; `stamp` is a hash of all of them, read when it is built."""

    def __init__(self) -> None:
        self._files = StarletteFiles(directory=_FOLDER)
        contents = [path.read_bytes() for path in sorted(_FOLDER.rglob("*")) if path.is_file()]
        self.stamp = hashlib.sha256(b"".join(contents)).hexdigest()[:10]

    def address(self, name: str) -> str:
        """The path and query at which the file `name` is served as it is now."""
        return f"{PATH}/{name}?{self.stamp}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, with our headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_FOR_LONG]
            await send(message)

        await self._files(scope, receive, with_headers)
