"""The bodies and queries of the control paths, read or refused with a sentence."""

from __future__ import annotations

from json import JSONDecodeError
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from sandbox.gateway.replies import Refusal

Body = TypeVar("Body", bound=BaseModel)


async def read(request: Request, kind: type[Body]) -> Body:
    """The request's body.

    Raises:
        Refusal: 400, it is not such a one; the words name each field.
    """
    try:
        return kind.model_validate(await request.json())
    except ValidationError as error:
        raise problems(error) from None
    except (JSONDecodeError, UnicodeDecodeError):
        raise Refusal(400, "The body is not JSON", "bad_request") from None


def problems(error: ValidationError) -> Refusal:
    """The refusal that names what is wrong with each field."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    words = [f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in found]
    return Refusal(400, words, "bad_request")


def since_id(request: Request) -> int:
    """The id after which rows are asked for.

    Raises:
        Refusal: 400, it is no number.
    """
    given = request.query_params.get("since_id", "0")
    if not (given.isascii() and given.isdecimal()):
        raise Refusal(400, "since_id is a number", "bad_request")
    return int(given)


def narrowed(request: Request) -> dict[str, str | None]:
    """The instance and the number that are asked for, None is any."""
    return {column: request.query_params.get(column) for column in ("instance", "number")}
