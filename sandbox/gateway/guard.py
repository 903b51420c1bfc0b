"""Who may ask what, and what a body says."""

from __future__ import annotations

import hmac
from json import JSONDecodeError
from typing import Any

from starlette.requests import Request

from sandbox.gateway import replies
from sandbox.gateway.failing import everywhere
from sandbox.gateway.fault_rules import FaultRules
from sandbox.gateway.records import SandboxInstance
from sandbox.gateway.store import Store


class Guard:
    """Checks `apikey`: the global key opens everything, an instance's token that instance."""

    def __init__(self, store: Store, mischief: FaultRules, api_key: str) -> None:
        self._store, self._mischief, self._key = store, mischief, api_key

    def instance(self, request: Request) -> SandboxInstance:
        """The instance that the path names; unknown ones are refused before the key is looked at.

        Raises:
            Refusal: 404 or 401, or what every request of the instance suffers from.
        """
        instance = self.sender(request)
        if how := self._mischief.everywhere(instance.name):
            raise everywhere(how, str(request.base_url).rstrip("/"))
        return instance

    def sender(self, request: Request) -> SandboxInstance:
        """The same for a request to send, which a fault hits when it is dealt with.

        Raises:
            Refusal: 404 or 401.
        """
        name = request.path_params["name"]
        instance = self._store.instance(name)
        if instance is None:
            raise replies.no_instance(name)
        given = request.headers.get("apikey", "")
        if not (_same(given, self._key) or _same(given, instance.token)):
            raise replies.unauthorized()
        return instance

    def global_key(self, request: Request) -> None:
        """Only the global key passes.

        Raises:
            Refusal: 401.
        """
        if not _same(request.headers.get("apikey", ""), self._key):
            raise replies.unauthorized()


async def body_of(request: Request) -> Any:
    """The request's JSON.

    Raises:
        Refusal: 400, it is none.
    """
    try:
        return await request.json()
    except (JSONDecodeError, UnicodeDecodeError):
        raise replies.Refusal(400, "The body is not JSON", "bad_request") from None


async def object_of(request: Request) -> dict[str, Any]:
    """The request's JSON object, empty if it is anything else.

    Raises:
        Refusal: 400, it is no JSON.
    """
    body = await body_of(request)
    return body if isinstance(body, dict) else {}


def _same(given: str, key: str) -> bool:
    return hmac.compare_digest(given.encode(), key.encode())
