"""Supabase's front door: PostgREST under /rest/v1, for those who bring an `apikey`.

Run by the stack as `python -m sandbox.api_gateway`; FRONT_KEYS in the environment holds the accepted
keys, separated by commas.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.probe import HOST

_METHODS = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"]
_HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"transfer-encoding", b"te", b"trailer", b"upgrade", b"proxy-connection"}
)
_NO_KEY = {
    "message": "No API key found in request",
    "hint": "No `apikey` request header or url param was found.",
}
_BAD_KEY = {
    "message": "Invalid API key",
    "hint": "Double check your Supabase `anon` or `service_role` API key.",
}
_AWAY = {"message": "An invalid response was received from the upstream server"}
_SLOW = {"message": "The upstream server is timing out"}


def create_front(postgrest: str, keys: frozenset[str]) -> Starlette:
    """The application in front of PostgREST at the address `postgrest`; only `keys` are let in."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
    client = httpx.AsyncClient(timeout=60, limits=limits, trust_env=False)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    async def rest(request: Request) -> Response:
        key = request.headers.get("apikey") or request.query_params.get("apikey")
        if key not in keys:
            return JSONResponse(_BAD_KEY if key else _NO_KEY, status_code=401)
        try:
            return await _pass_on(client, postgrest, request, key)
        except httpx.TimeoutException:
            return JSONResponse(_SLOW, status_code=504)
        except httpx.TransportError:
            return JSONResponse(_AWAY, status_code=502)

    async def up(_: Request) -> Response:
        return PlainTextResponse("ok")

    routes = [Route("/", up), Route("/rest/v1/{path:path}", rest, methods=_METHODS)]
    return Starlette(routes=routes, lifespan=lifespan)


async def _pass_on(client: httpx.AsyncClient, postgrest: str, request: Request, key: str) -> Response:
    path: bytes = request.scope["raw_path"].removeprefix(b"/rest/v1")
    query: bytes = request.scope["query_string"]
    url = httpx.URL(postgrest).copy_with(raw_path=path + (b"?" + query if query else b""))
    headers = [(n, v) for n, v in request.headers.raw if n not in _HOP_BY_HOP and n != b"host"]
    if "authorization" not in request.headers:
        headers.append((b"authorization", b"Bearer " + key.encode()))
    if request.method == "HEAD":
        # PostgREST 12 closes after a HEAD without saying so: nobody may use that connection again
        headers.append((b"connection", b"close"))
    answer = await client.request(request.method, url, headers=headers, content=await request.body())
    response = Response(answer.content, answer.status_code)
    response.raw_headers = [(n.lower(), v) for n, v in answer.headers.raw if n.lower() not in _HOP_BY_HOP]
    return response


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.front")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--postgrest", type=int, required=True, help="PostgREST's port")
    arguments = parser.parse_args()
    keys = frozenset(os.environ["FRONT_KEYS"].split(","))
    front = create_front(f"http://{HOST}:{arguments.postgrest}", keys)
    uvicorn.run(front, host=HOST, port=arguments.port, access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
