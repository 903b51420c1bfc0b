"""One request to Supabase, with every way it can fail told in one word of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import httpx
from postgrest import APIError

from proactive.errors import SupabaseError


class Request(Protocol):
    """A request that the Supabase client has built and not yet sent."""

    def execute(self) -> Any:
        """Send it and give the answer, whose `data` is the decoded body."""


def fetch(request: Request) -> Any:
    """Send a request and give the decoded body.

    Raises:
        SupabaseError: Supabase could not be reached or refused; the message holds no data.
    """
    with failures_told():
        return request.execute().data


@contextmanager
def failures_told() -> Iterator[None]:
    """Turn whatever the client raises inside into SupabaseError, whose message holds no data."""
    try:
        yield
    except APIError as error:
        # its message and details may quote what was asked for; the code never does
        raise SupabaseError(f"Supabase refused to be read (code {error.code}).") from None
    except httpx.TimeoutException:
        raise SupabaseError("Supabase did not answer in time.") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SupabaseError(f"Supabase could not be reached ({type(error).__name__}).") from None
    except (ValueError, TypeError, LookupError):
        # pydantic's ValidationError and every decoding error are ValueErrors
        raise SupabaseError("Supabase answered something that is not an answer.") from None
