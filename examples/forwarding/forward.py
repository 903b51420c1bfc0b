"""Passes the events of Evolution API on to Aurora, and keeps your bot quiet where Aurora answers.

Evolution API has one webhook an instance, and your bot has it. Needs fastapi, httpx and uvicorn:

    AURORA_URL=https://aurora.example.com AURORA_SECRET=... EVOLUTION_TOKEN=... uvicorn forward:app --port 3000

AURORA_SECRET is one of Aurora's WEBHOOK_SECRET; EVOLUTION_TOKEN is what you put into the header `Authorization: Bearer
...` of your own webhook at Evolution API.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import os
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import BackgroundTasks, FastAPI, Request, Response

Verdict = dict[str, Any]
#: Where nobody could ask Aurora, the bot goes on as always. `handled`: Aurora answers or acts, the bot keeps quiet;
#: `optOut`: this client wants no campaigns ("sure", "probable"), the conversation goes on; `luto`: a pet has died.
UNKNOWN: Verdict = {"handled": False, "optOut": None, "luto": False}
#: Seconds that a person waits for the bot while Aurora is asked.
PATIENCE = float(os.environ.get("AURORA_PATIENCE", "3"))
LARGEST_BODY = 8 * 1024 * 1024
KEPT, KEPT_FOR = 10_000, 24 * 3600
log = logging.getLogger("forward")


class Away(Exception):
    """Aurora did not take it; the same body again is harmless, and may be taken."""


async def tell(client: httpx.AsyncClient, body: bytes, within: float) -> Verdict:
    """Aurora's answer to an event. Raises Away."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {os.environ['AURORA_SECRET']}"}
    address = os.environ["AURORA_URL"].rstrip("/") + "/webhooks/whatsapp/evolution"
    try:
        async with asyncio.timeout(within):
            answer = await client.post(address, content=body, headers=headers)
        if answer.status_code == httpx.codes.OK:
            verdict: Verdict = answer.json()
            return verdict
    except (httpx.HTTPError, TimeoutError, ValueError) as error:
        raise Away(f"Aurora cannot be reached: {type(error).__name__}") from None
    if answer.status_code == httpx.codes.NO_CONTENT:
        return UNKNOWN
    if answer.status_code in (400, 413, 422):  # never: too large, or no event of Evolution API 2
        log.error("Aurora refused an event for good: %s", answer.status_code)
        return UNKNOWN
    raise Away(f"Aurora answered {answer.status_code}")  # 401: look at AURORA_SECRET


class Retries:
    """What Aurora did not take, oldest first, tried again after 1 s, 2 s, 4 s ... 5 minutes.

    In this process's memory: where you have a queue, put the body there instead.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._waiting: deque[tuple[float, bytes]] = deque(maxlen=KEPT)
        self._came = asyncio.Event()

    def add(self, body: bytes) -> None:
        """Keep a body until Aurora takes it, for a day at most."""
        self._waiting.append((time.time(), body))
        self._came.set()

    async def run(self) -> None:
        """Try again for as long as the process lives."""
        wait = 1.0
        while True:
            await self._came.wait()
            await asyncio.sleep(wait)
            wait = min(2 * wait, 300.0)
            while self._waiting:
                since, body = self._waiting.popleft()
                try:
                    if time.time() - since < KEPT_FOR:
                        await tell(self._client, body, 30)
                except Away as error:
                    log.error("%s", error)
                    self._waiting.appendleft((since, body))
                    break
                wait = 1.0
            else:
                self._came.clear()


async def bot(event: dict[str, Any], verdict: Verdict) -> None:
    """Your bot."""
    print(json.dumps({"bot": event["event"], "instance": event["instance"], **verdict}), flush=True)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """One client and one queue for the process."""
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        app.state.client, app.state.retries = client, Retries(client)
        running = asyncio.create_task(app.state.retries.run())
        yield
        running.cancel()


app = FastAPI(lifespan=lifespan)


@app.post("/")
async def evolution(request: Request, later: BackgroundTasks) -> Response:
    """An event of Evolution API: taken as soon as Aurora was asked; the bot answers in its own time."""
    expected = f"Bearer {os.environ['EVOLUTION_TOKEN']}".encode()
    if not hmac.compare_digest(request.headers.get("authorization", "").encode(), expected):
        return Response(status_code=401)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            return Response(status_code=413)
    verdict = UNKNOWN
    try:
        verdict = await tell(app.state.client, bytes(body), PATIENCE)
    except Away as error:
        log.error("%s", error)
        app.state.retries.add(bytes(body))
    if not verdict["handled"]:
        later.add_task(bot, json.loads(body), verdict)
    return Response(status_code=204)
