"""The schedule through the API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import redis

from proactive.app import Application
from proactive.message_types.registry import MESSAGE_TYPES
from tests.support.world import World
from tests.web.conftest import Client


def test_the_schedule_shows_what_goes_out_next(
    service: Client, as_user: Callable[..., Client], world: World, application: Application, queue: redis.Redis
) -> None:
    application.schedule.register(["America/Sao_Paulo", "America/Manaus"], dt.datetime.now(dt.UTC))
    manaus = world.business(zone="America/Manaus")
    entries = service.get("/schedule").json()["entries"]
    assert len(entries) == 10
    assert [entry["nextRun"] for entry in entries] == sorted(entry["nextRun"] for entry in entries)
    mine = as_user(manaus).get("/schedule").json()["entries"]
    assert {entry["timezone"] for entry in mine} == {"America/Manaus"}
    assert {entry["type"] for entry in mine} == {kind for kind, type_ in MESSAGE_TYPES.items() if type_.cron}
