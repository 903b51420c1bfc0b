"""Asking a part of the stack whether it serves."""

from __future__ import annotations

import http.client
from collections.abc import Callable

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

HOST = "127.0.0.1"


def http_ready(port: int, path: str = "/") -> Callable[[], bool]:
    """A question that is answered yes once `GET path` gives 200."""

    def ready() -> bool:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ready


def redis_ready(port: int) -> Callable[[], bool]:
    """A question that is answered yes once the server has loaded its data and answers PING."""

    def ready() -> bool:
        client = redis.Redis(HOST, port, socket_timeout=5, retry=Retry(NoBackoff(), 0))
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    return ready


def postgres_ready(dsn: str) -> Callable[[], bool]:
    """A question that is answered yes once a connection can be made."""

    def ready() -> bool:
        try:
            psycopg.connect(dsn, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    return ready
