"""The monitoring's connections: its own, patient for two seconds, and opened when they are first used."""

from __future__ import annotations

import time

import pytest
import redis

from proactive.errors import SupabaseError
from proactive.monitoring.connections import PATIENCE, build_connections
from tests.monitoring.conftest import SettingsFor

AWAY = {"redis_url": "redis://127.0.0.1:9/0", "supabase_url": "http://127.0.0.1:9"}


def test_they_connect_to_nothing_before_they_are_asked(settings_for: SettingsFor) -> None:
    build_connections(settings_for(**AWAY))


def test_what_is_away_is_known_within_their_patience(settings_for: SettingsFor) -> None:
    connections = build_connections(settings_for(**AWAY))
    began = time.monotonic()
    with pytest.raises(redis.RedisError):
        connections.queue.snapshot()
    with pytest.raises(SupabaseError):
        connections.records.snapshot()
    assert time.monotonic() - began < 2 * PATIENCE


def test_they_read_the_stack(settings_for: SettingsFor, redis_client: redis.Redis) -> None:
    connections = build_connections(settings_for())
    assert connections.queue.snapshot().pending == 0
    assert connections.records.snapshot().pending >= 0
