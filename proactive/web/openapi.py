"""The OpenAPI document: every answer of every endpoint, the refusals as problem documents."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from proactive.web.problems import MEDIA_TYPE, ProblemDocument

_MEANINGS = {
    400: "The body is not JSON.",
    401: "No credential, or one that is not accepted.",
    403: "The credential is good, but not for this.",
    404: "There is no such thing, or it is another organisation's.",
    409: "It is not in a state that allows this.",
    413: "The body is larger than 64 kB.",
    415: "The body is not declared as application/json.",
    422: "Something in the request is not usable; `errors` says what and what to send instead.",
    429: "Too many requests: `Retry-After` says how many seconds to wait.",
    500: "Something is wrong on our side.",
    503: "Supabase or Redis is away; nothing was done. `Retry-After` says when to try again.",
}
_ALWAYS = (401, 403, 413, 422, 429, 500, 503)
TAKES_BODY = (400, 415)
MAY_MISS = (404,)
MAY_CONFLICT = (409,)
_DESCRIPTION = """\
Asks for Aurora's messages and shows what became of them.

Send `Authorization: Bearer` with a **service key** (sees every organisation, names the one it is about) or with
a user's **Supabase session token** (sees and does its own organisation's only). Every refusal is a problem
document (RFC 9457) that says what to send instead. Instants are ISO 8601 with an offset.
"""


def refusals(*statuses: int, always: tuple[int, ...] = _ALWAYS) -> dict[int | str, dict[str, Any]]:
    """The refusals of an endpoint: those that every endpoint has, and `statuses`."""
    return {
        status: {"model": ProblemDocument, "description": _MEANINGS[status]} for status in sorted({*always, *statuses})
    }


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document; made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _with_problems(
            get_openapi(title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes)
        )
    return app.openapi_schema


def _with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """FastAPI documents every model as application/json; refusals have a type of their own."""
    reference = {"$ref": "#/components/schemas/ProblemDocument"}
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    response["content"] = {MEDIA_TYPE: {"schema": reference}}
    for unused in ("HTTPValidationError", "ValidationError"):
        document.get("components", {}).get("schemas", {}).pop(unused, None)
    return document
