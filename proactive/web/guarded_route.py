"""Routes whose caller is known before the body is read: those of the API, and those of the gateway's webhooks."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from proactive.web.auth.authenticator import Authenticator
from proactive.web.failures import problem_of
from proactive.web.problems import Problem

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class GuardedRoute(APIRoute):
    """A route of the API.

    FastAPI reads the body first and resolves dependencies (where authentication usually sits) after it: therefore
    the caller is found here, before FastAPI's handler runs.
    """

    def get_route_handler(self) -> Handler:
        """FastAPI's handler, run once the caller and the media type are accepted."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                await self.admit(request)
                self._check_content_type(request)
                return await handle(request)
            except (HTTPException, RequestValidationError, ClientDisconnect):
                raise
            except Exception as error:
                raise problem_of(error) from None

        return guarded

    async def admit(self, request: Request) -> None:
        """Find out who calls. Raises Problem (401, 403, 429, 503)."""
        authenticator = _authenticator(request)
        request.state.caller = await run_in_threadpool(authenticator.admit, request.headers.get("authorization"))

    def takes_body(self) -> bool:
        """Whether a request must have a body (JSON)."""
        return self.body_field is not None

    def _check_content_type(self, request: Request) -> None:
        if not self.takes_body():
            return
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise Problem(415, "Send the body as JSON, with the header Content-Type: application/json.")


class WebhookRoute(GuardedRoute):
    """A route for the gateway: it has its own secret, and no limit, because its events come in bursts."""

    def takes_body(self) -> bool:
        """Always; the endpoint reads it by itself."""
        return True

    async def admit(self, request: Request) -> None:
        """Raises Problem (401)."""
        _authenticator(request).admit_gateway(request.headers.get("authorization"))


def _authenticator(request: Request) -> Authenticator:
    authenticator: Authenticator = request.app.state.services.authenticator
    return authenticator
