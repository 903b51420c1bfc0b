"""The connection to the database itself, for migrations alone; whatever fails is said without its address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import psycopg

from proactive.errors import ProactiveError

#: The server version from which our SQL is understood.
_OLDEST = 150_000
_PATIENCE = 10
#: What the words of a failed connection begin with or hold, and what that means. The words may quote the address.
_WHYS: Mapping[str, str] = MappingProxyType({
    "password authentication failed|SASL|no password supplied": "the user or the password is not taken",
    "could not translate host|Name or service not known|nodename nor": "there is no host of that name",
    "Tenant or user not found": "the pooler does not know the project: the user should be postgres.<project ref>",
    "Connection refused": "nobody listens at that host and port",
    "timeout expired|timed out": "nobody answered within ten seconds; a direct connection of Supabase needs IPv6: take"
                                 " the session pooler's address",
    "Network is unreachable": "the network does not lead there; a direct connection of Supabase needs IPv6: take the"
                              " session pooler's address",
    'database "': "there is no database of that name",
    "SSL|certificate": "no secure connection: check sslmode and the certificate",
    "starting up|shutting down|too many": "the database takes no connection just now: try again soon",
})  # fmt: skip


class DatabaseUnusable(ProactiveError):
    """The database of DATABASE_URL cannot be used; the message says why, without the address."""


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection in which each statement stands for itself, unless a transaction is opened.

    Raises:
        DatabaseUnusable: it cannot be reached, or is too old.
    """
    try:
        connection: psycopg.Connection[Any] = psycopg.connect(
            url, autocommit=True, connect_timeout=_PATIENCE, application_name="aurora migrate", prepare_threshold=None
        )
    except psycopg.ProgrammingError:
        raise DatabaseUnusable(
            "DATABASE_URL is not usable: it should look like postgresql://postgres:PASSWORD@HOST:5432/postgres, with"
            " signs of the password that mean something in an address written as %40 (@), %2F (/), %3A (:), %23 (#)"
        ) from None
    except psycopg.OperationalError as error:
        raise DatabaseUnusable(f"DATABASE_URL's database cannot be reached: {_why(str(error))}") from None
    with connection:
        if connection.info.server_version < _OLDEST:
            raise DatabaseUnusable("PostgreSQL 15 or newer is needed: upgrade the project in Supabase's dashboard")
        yield connection


def _why(words: str) -> str:
    found = (why for pattern, why in _WHYS.items() if re.search(pattern, words))
    return next(found, "check its host, port, user and password")
