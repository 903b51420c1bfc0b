"""The one way to Supabase: functions and tables of its database, and one vocabulary of what can fail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, TypeVar

import httpx
from postgrest import SyncPostgrestClient, SyncQueryRequestBuilder, SyncRequestBuilder
from postgrest.exceptions import APIError

from proactive.deadline.client import bounded_client
from proactive.errors import SupabaseError
from proactive.model.product_tables import PRODUCT_TABLES
from proactive.settings import Settings
from proactive.storage.answers import Row, nothing, rows
from proactive.storage.refusals import refusal
from proactive.storage.storable import storable

Answer = TypeVar("Answer")
#: Supabase answers with at most 1000 rows unless a project says otherwise.
_PAGE = 1000
#: Bytes of an answer: the facts of a batch, or a page of rows, are far below.
_LARGEST_ANSWER = 64 * 1024 * 1024
#: Ids that one request may name: its address has room for them.
_IDS = 100
_ANY: Mapping[str, str] = MappingProxyType({})


class Database:
    """Calls the worker's functions (`supabase/migrations`) and reads tables with the service role's key.

    Every method raises SupabaseError where Supabase cannot be reached, does not answer in time, refuses, or
    answers what is not understood. The message names the function or table and the kind of failure, never a
    value. It is RecordRefused where trying again is useless.
    """

    def __init__(self, client: SyncPostgrestClient, product_schema: str = "public") -> None:
        self._client, self._product_schema = client, product_schema

    def call(self, function: str, arguments: dict[str, Any], decode: Callable[[Any], Answer]) -> Answer:
        """Call a database function, in one request; answers what `decode` makes of its JSON.

        `decode` is a check of `storage.answers` or a function made of them. Whatever it raises because of an
        unexpected shape (pydantic's ValidationError is a ValueError) counts as an answer not understood.
        """
        with _failures_of(function):
            answer = self._client.rpc(function, storable(arguments)).execute().data
        with _shape_of(function):
            _check_not_empty(decode)
            return decode(answer)

    def select(
        self, table: str, columns: Sequence[str], decode: Callable[[Row], Answer], equal: Mapping[str, str] = _ANY
    ) -> list[Answer]:
        """Every row of a table whose columns are `equal`, as `decode` has it, in the order of `id`.

        `columns` include `id`. A page of 1000 is one request: rows that come or go meanwhile disturb no others.
        """
        found: list[Row] = []
        while page := self._page(table, columns, equal, found[-1]["id"] if found else None):
            found += page
        with _shape_of(table):
            return [decode(each) for each in found]

    def select_named(
        self, table: str, columns: Sequence[str], ids: Iterable[str], decode: Callable[[Row], Answer]
    ) -> list[Answer]:
        """The rows of a table whose `id` is one of `ids`, as `decode` has it, in any order; a hundred a request."""
        wanted, found = sorted(set(ids)), list[Row]()
        for start in range(0, len(wanted), _IDS):
            query = self._table(table).select(*columns).in_("id", wanted[start : start + _IDS])
            found += self._rows(table, query)
        with _shape_of(table):
            return [decode(each) for each in found]

    def _page(self, table: str, columns: Sequence[str], equal: Mapping[str, str], after: Any) -> list[Row]:
        query = self._table(table).select(*columns).order("id").limit(_PAGE)
        if equal:
            query = query.match(dict(equal))
        if after is not None:
            query = query.gt("id", after)
        return self._rows(table, query)

    def _table(self, table: str) -> SyncRequestBuilder:
        if table not in PRODUCT_TABLES or self._product_schema == "public":
            return self._client.from_(table)
        return self._client.schema(self._product_schema).from_(table)

    @staticmethod
    def _rows(table: str, query: SyncQueryRequestBuilder) -> list[Row]:
        with _failures_of(table):
            answer = query.retry(False).execute().data  # the client itself would sleep, and ask four times
        with _shape_of(table):
            _check_not_empty(rows)
            return rows(answer)


@contextmanager
def _failures_of(name: str) -> Iterator[None]:
    """Turn whatever the client raises into SupabaseError: its own messages may quote what was asked for."""
    try:
        yield
    except APIError as error:
        raise refusal(name, error.code, _answers.status) from None
    except httpx.TimeoutException:
        raise SupabaseError(f"{name} could not be called: Supabase did not answer in time") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        reason = f"Supabase could not be reached ({type(error).__name__}): check SUPABASE_URL and the network"
        raise SupabaseError(f"{name} could not be called: {reason}") from None


class _Answers(threading.local):
    """What the client does not tell of the last answer of this thread: its status, and whether it had no body.

    The client gives an empty list for such a body, which is no list, and no code for a gateway's refusal.
    """

    empty = False
    status: int | None = None

    def note(self, response: httpx.Response) -> None:
        """Note it; an event hook of the HTTP client."""
        response.read()
        self.status = response.status_code
        self.empty = not response.content.strip()


_answers = _Answers()


def _check_not_empty(decode: Callable[[Any], Any]) -> None:
    if _answers.empty and decode is not nothing:
        raise ValueError("no answer")


@contextmanager
def _shape_of(name: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError):
        raise SupabaseError(f"{name} answered something that is not understood", answered=True) from None


def connect(url: str, key: str, timeout: float) -> SyncPostgrestClient:
    """supabase-py's client of the database, for the service role; `timeout` in seconds is of each answer as a whole.

    Its HTTP client is one of plain HTTP/1.1, which threads may share. The other clients of Supabase, which nothing here
    needs, would cost a worker 13 MB (docs/decisions/0045-the-database-client-alone.md).
    """
    http = bounded_client(timeout, _LARGEST_ANSWER, follow_redirects=True)
    http.event_hooks = {"request": [], "response": [_answers.note]}
    headers = {"apikey": key}
    if not key.startswith("sb_"):  # a new key (`sb_secret_...`) is no token
        headers["Authorization"] = f"Bearer {key}"
    return SyncPostgrestClient(f"{url.rstrip('/')}/rest/v1", headers=headers, http_client=http)


def connect_database(settings: Settings, timeout: float | None = None) -> Database:
    """The database that the settings name; `timeout` in seconds replaces SUPABASE_TIMEOUT. Connects to nothing yet."""
    key = settings.supabase_service_role_key.get_secret_value()
    client = connect(str(settings.supabase_url).rstrip("/"), key, timeout or settings.supabase_timeout)
    return Database(client, settings.product_schema)
