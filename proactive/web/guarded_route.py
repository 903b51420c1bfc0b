"""The way of every request: let in, counted, of a type that we read; and what becomes of failures."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from redis import RedisError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from proactive.errors import SupabaseError
from proactive.web.auth.authenticator import Authenticator
from proactive.web.problems import Problem, away

logger = logging.getLogger(__name__)

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class GuardedRoute(APIRoute):
    """A route whose body is not read before its caller is known.

    FastAPI reads the body first and resolves dependencies (where authentication usually sits) after it.
    """

    def get_route_handler(self) -> Handler:
        """FastAPI's handler, with the gate before it."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                await self.admit(request)
                self._check_content_type(request)
                return await handle(request)
            except (HTTPException, RequestValidationError):
                raise
            except RedisError as error:
                raise _told("Redis", error) from None
            except SupabaseError as error:
                raise _told("Supabase", error) from None
            except Exception as error:
                raise _broken(error) from None

        return guarded

    async def admit(self, request: Request) -> None:
        """Find out who calls. Raises Problem (401, 403, 429, 503)."""
        gate: Authenticator = request.app.state.services.gate
        request.state.caller = await run_in_threadpool(gate.admit, request.headers.get("authorization"))

    def _check_content_type(self, request: Request) -> None:
        if self.body_field is None:
            return
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise Problem(415, "Send the body as JSON, with the header Content-Type: application/json.")


class WebhookRoute(GuardedRoute):
    """A route for the gateway: its own secret, and no limit, because its events come in bursts."""

    async def admit(self, request: Request) -> None:
        """Raises Problem (401)."""
        gate: Authenticator = request.app.state.services.gate
        gate.admit_gateway(request.headers.get("authorization"))


def _told(what: str, error: Exception) -> Problem:
    logger.warning("%s is away: %s", what, type(error).__name__, extra={"action": "api_unavailable"})
    return away(what)


def _broken(error: Exception) -> Problem:
    # the error's own words may hold what the client sent
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{place.filename.rpartition('/')[2]}:{place.lineno}"
    logger.error("A request failed: %s at %s", type(error).__name__, where, extra={"action": "api_failed"})
    return Problem(500, "Something is wrong on our side. It is in the log; trying again may help.")
