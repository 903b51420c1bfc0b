"""Clients of Redis that keep one connection for each thread."""

from __future__ import annotations

import threading

from redis import Redis


class OwnClients:
    """A client for each thread, made at its first use.

    Taking a connection from redis-py's pool and giving it back costs as much CPU as a command: threads that send one
    message after the other keep theirs.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._of_thread = threading.local()

    def mine(self) -> Redis:
        """This thread's client. Raises redis.RedisError where Redis is away at the first use."""
        if not hasattr(self._of_thread, "client"):
            self._of_thread.client = self._redis.client()
        client: Redis = self._of_thread.client
        return client
