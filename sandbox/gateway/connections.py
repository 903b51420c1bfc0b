"""Connections that break: closing one in the middle of an exchange, without a word."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from uvicorn.protocols.http.h11_impl import H11Protocol


class DroppableProtocol(H11Protocol):
    """uvicorn's HTTP, with the connection itself within reach of a request (`request.state.connection`)."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Keep the connection where requests find it."""
        super().connection_made(transport)
        self.app_state: dict[str, Any] = {**self.app_state, "connection": transport}


async def drop(request: Request) -> None:
    """Close the request's connection at once; whatever is answered after this goes nowhere."""
    request.state.connection.abort()
    while not await request.is_disconnected():
        await asyncio.sleep(0)
