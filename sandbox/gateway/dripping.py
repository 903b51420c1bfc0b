"""An answer that comes one byte at a time: each byte is in time, the answer is not."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.requests import Request

#: Where the slow part begins.
PLACES = ("status", "headers", "body")


async def drip(request: Request, answer: dict[str, Any], place: str, seconds: float) -> None:
    """Answer 201 with that JSON, a byte every `seconds` from `place` on, and close the connection.

    Whatever is answered after this goes nowhere. Ends early where the other side has gone.
    """
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    status = b"HTTP/1.1 201 Created\r\n"
    headers = b"content-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(body)
    begin = {"status": 0, "headers": len(status), "body": len(status + headers)}[place]
    raw, connection = status + headers + body, request.state.connection
    connection.write(raw[:begin])
    for byte in raw[begin:]:
        if connection.is_closing():
            return
        connection.write(bytes((byte,)))
        await asyncio.sleep(seconds)
    connection.close()
