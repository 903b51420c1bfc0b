"""Problem documents (RFC 9457): they say what to send instead, and never repeat what was sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from proactive.message_types.registry import MESSAGE_TYPES

MEDIA_TYPE = "application/problem+json"
#: Seconds after which a client may ask again while something of ours is away.
RETRY_SECONDS = 5
_TYPES = frozenset(MESSAGE_TYPES)
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")


class FieldProblem(BaseModel):
    """One thing that is wrong: `field` says where (`data.days`, `query.limit`), `detail` what to send instead."""

    field: str
    detail: str


class ProblemDocument(BaseModel):
    """A problem document (RFC 9457). `errors` is there where single fields are wrong."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldProblem] | None = None


class Problem(HTTPException):
    """Raised by a request that ends with a problem document."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Iterable[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.errors = list(errors)


def away(part: str) -> Problem:
    """The problem of a request while `part` (Supabase, Redis) cannot be used."""
    detail = f"{part} cannot be used at the moment. Nothing was done: send the same request again in a few seconds."
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": str(RETRY_SECONDS)})


def invalid(field: str, detail: str) -> Problem:
    """The problem of one field that fits its model and is wrong all the same."""
    return Problem(
        422, "Something in the request is not usable; see errors.", [FieldProblem(field=field, detail=detail)]
    )


def problem_response(request: Request, problem: Problem) -> JSONResponse:
    """The response with a problem document."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status_code).phrase,
        "status": problem.status_code,
        "detail": problem.detail,
        # the path as the client wrote it: ASCII, whatever it decodes to
        "instance": (request.scope.get("raw_path") or b"/").decode("ascii", "replace")[:200],
    }
    if problem.errors:
        document["errors"] = [error.model_dump() for error in problem.errors]
    return JSONResponse(document, problem.status_code, dict(problem.headers or {}), MEDIA_TYPE)


async def on_http_exception(request: Request, error: Exception) -> JSONResponse:
    """Answer a problem, or a refusal of Starlette's or FastAPI's own, with a problem document."""
    assert isinstance(error, HTTPException)  # noqa: S101  registered for it
    problem = error if isinstance(error, Problem) else _translated(error)
    if problem.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        problem.headers = {**(problem.headers or {}), "Allow": ", ".join(_methods(request))}
    return problem_response(request, problem)


def _methods(request: Request) -> list[str]:
    """The methods of a path; Starlette names only those of the first route that has it.

    Where a route has the very path, it alone counts: `messages/requeue` is no message's id.
    """
    path, found, own = request.scope["path"], set[str](), set[str]()
    for route in iter_route_contexts(request.app.routes):
        methods = getattr(route.original_route, "methods", None)
        if methods and compile_path(str(route.path))[0].match(path):
            found |= methods
            own |= methods if str(route.path) == path else set()
    return sorted(own or found)


async def on_invalid(request: Request, error: Exception) -> JSONResponse:
    """Answer a request that does not fit its model with a problem document.

    Where the path is an endpoint's own and was read as another one's id, what does not fit is the method.
    """
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for it
    if request.method not in (methods := _methods(request)):
        return problem_response(request, _translated(HTTPException(405, headers={"Allow": ", ".join(methods)})))
    return problem_response(request, _validation_problem(error))


def _translated(error: HTTPException) -> Problem:
    details = {
        404: "There is nothing at this address. The endpoints are listed at /docs.",
        405: "This address does not take this method; the Allow header names those that it takes.",
    }
    # whatever else FastAPI says (a body that cannot be parsed at all) is the body's fault
    detail = details.get(error.status_code, "The body cannot be read: send JSON (an object), in UTF-8.")
    return Problem(error.status_code, detail, headers=error.headers)


def _validation_problem(error: RequestValidationError) -> Problem:
    problems = error.errors()
    if any(problem["type"] == "json_invalid" for problem in problems):
        return Problem(400, 'The body is not JSON: send an object such as {"type": "daily_summary"}, in UTF-8.')
    errors = [FieldProblem(field=_field_name(problem["loc"]), detail=_detail(problem)) for problem in problems[:20]]
    return Problem(422, "Something in the request is not usable; see errors.", errors)


def _field_name(location: Iterable[Any]) -> str:
    """The field's path in the request; `?` stands for names that are no field's, because the client made them up."""
    parts = [str(part) for part in location]
    if parts[:1] == ["body"]:
        # pydantic names the member of the union that `type` chose, which is no part of the body
        parts = parts[2:] if parts[1:2] and parts[1] in _TYPES else parts[1:]
    return ".".join(part if _FIELD.fullmatch(part) or part.isdigit() else "?" for part in parts) or "body"


def _detail(problem: Mapping[str, Any]) -> str:
    if problem["type"] == "extra_forbidden":
        return "There is no such field: leave it out."
    if problem["type"] == "missing":
        return "This field is required."
    if problem["type"] == "union_tag_invalid":
        return f"Use one of {problem['ctx']['expected_tags']}."
    if problem["type"] == "union_tag_not_found":
        return "The field type is required: it names the message type."
    if problem["type"] == "string_pattern_mismatch":
        return f"It does not look like {problem['ctx']['pattern']}."
    return f"{problem['msg']}."
