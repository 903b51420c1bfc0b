"""A connection of its own for each thread, which outlives its being closed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from proactive.storage.own_client import OwnClients


def ids(clients: OwnClients) -> tuple[int, int]:
    """Which connection this thread has, asked twice."""
    return clients.mine().client_id(), clients.mine().client_id()


def test_each_thread_keeps_one_connection(redis_client: redis.Redis) -> None:
    clients, both = OwnClients(redis_client), Barrier(2)

    def in_thread(_: int) -> tuple[int, int]:
        both.wait(10)
        return ids(clients)

    with ThreadPoolExecutor(2) as pool:
        found = [*pool.map(in_thread, range(2)), ids(clients)]
    assert all(first == again for first, again in found)
    assert len({first for first, _ in found}) == 3


def test_a_connection_that_the_server_closed_is_made_anew(redis_client: redis.Redis) -> None:
    options = redis_client.connection_pool.connection_kwargs | {"retry": Retry(NoBackoff(), 1)}
    clients = OwnClients(redis.Redis(connection_pool=redis.ConnectionPool(**options)))
    before, _ = ids(clients)
    redis_client.client_kill_filter(_id=str(before))
    after, again = ids(clients)
    assert before != after == again


def test_nothing_is_connected_before_it_is_used_and_redis_being_away_is_told() -> None:
    clients = OwnClients(redis.Redis(port=1))
    with pytest.raises(redis.ConnectionError):
        clients.mine()
