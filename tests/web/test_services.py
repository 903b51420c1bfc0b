"""One set of clients for the whole process: one of Supabase and one pool of Redis for each timeout."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TypeVar

import httpx
import redis
from postgrest import SyncPostgrestClient

from proactive.app import Application
from proactive.web.app import create_app
from sandbox.stack import LocalStack
from tests.web.conftest import BASE, served

Kind = TypeVar("Kind")


def alive(kind: type[Kind]) -> list[Kind]:
    """Every object of that kind; its class is asked, because proxies answer for what they stand for."""
    gc.collect()
    return [thing for thing in gc.get_objects() if issubclass(type(thing), kind)]


def test_every_part_of_the_process_uses_the_same_clients(
    configure: Callable[..., Application], stack: LocalStack, queue: redis.Redis
) -> None:
    pools, clients = alive(redis.ConnectionPool), alive(SyncPostgrestClient)
    key = {"Authorization": f"Bearer {stack.service_key}"}
    with (
        served(create_app(configure())) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=20) as http,
    ):
        assert http.post("/entrar", data={"credencial": stack.service_key}).status_code == 303
        for path in ("/painel", "/mensagens", "/rq/", "/rq/0/data/queues.json", "/rq/0/data/workers.json", "/metrics"):
            assert http.get(path).status_code == 200, path
        assert http.get(f"{BASE}/jobs", headers=key).status_code == 200
        assert http.get("/readyz").status_code == 503  # no worker beats
        new_pools = [pool for pool in alive(redis.ConnectionPool) if pool not in pools]
        new_clients = [client for client in alive(SyncPostgrestClient) if client not in clients]
        timeouts = {pool.connection_kwargs["socket_connect_timeout"] for pool in new_pools}
    assert (len(new_pools), timeouts) == (2, {5.0, 2.0})
    assert len(new_clients) == 2
