"""The one way to Supabase: database functions called through its client, failures in one class of ours."""

from __future__ import annotations

from typing import Any

import httpx
from postgrest.exceptions import APIError
from supabase import Client, ClientOptions, create_client

from proactive.errors import RecordRefused, SupabaseError

#: PostgreSQL's classes of errors that the same call will meet again: impossible data, broken integrity.
_FOR_GOOD = ("22", "23")


class Database:
    """Calls the worker's functions (`supabase/migrations`) with the service role's key."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def call(self, function: str, arguments: dict[str, Any]) -> Any:
        """Call a database function; one request. Answers its JSON.

        Raises:
            SupabaseError: it could not be reached, timed out or answered an error. The message names the
                function and the kind of failure, never a value. RecordRefused where trying again is useless.
        """
        try:
            return self._client.rpc(function, arguments).execute().data
        except APIError as error:
            refused = RecordRefused if str(error.code).startswith(_FOR_GOOD) else SupabaseError
            raise refused(f"{function} was refused: code {error.code or 'unknown'}") from None
        except (httpx.HTTPError, OSError, ValueError) as error:
            raise SupabaseError(f"{function} could not be called: {type(error).__name__}") from None


def connect(url: str, key: str, timeout: float) -> Client:
    """A client for the service role, without session keeping; `timeout` in seconds holds for each request.

    Its HTTP client is one of plain HTTP/1.1, which threads may share, for every part of Supabase.
    """
    http = httpx.Client(timeout=timeout, follow_redirects=True)
    options = ClientOptions(httpx_client=http, auto_refresh_token=False, persist_session=False)
    return create_client(url, key, options=options)
