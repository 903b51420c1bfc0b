"""A webhook that remembers, and settings that point at the stack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
import redis

from proactive.calendar.holiday_store import HolidayStore
from proactive.calendar.keeping import HolidayKeeper
from proactive.facts.odd_values import OddValues
from proactive.monitoring.alert_channels import Channel, WebhookChannel
from proactive.monitoring.alert_loop import AlertLoop
from proactive.monitoring.alert_state import AlertState
from proactive.monitoring.odd_values import OddValuesRound
from proactive.settings import Settings
from proactive.storage.supabase import Database
from sandbox.stack import LocalStack
from tests.support.crew import Webhook, serving
from tests.support.stand_ins import QUIET_RECORDS, readers
from tests.support.world import World

SettingsFor = Callable[..., Settings]
MakeLoop = Callable[..., AlertLoop]
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
FAILING = replace(QUIET_RECORDS, ended=10, failed=3)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with serving() as found:
        yield found


@pytest.fixture(scope="module")
def world(stack: LocalStack) -> World:
    return World(stack)


@pytest.fixture
def settings_for(environment: Mapping[str, str]) -> SettingsFor:
    """Settings that point at the stack, with changes."""

    def settings(**changes: Any) -> Settings:
        values = {name.lower(): value for name, value in environment.items()}
        return Settings(_env_file=None, **values | changes)

    return settings


@pytest.fixture
def make_loop(settings_for: SettingsFor, redis_client: redis.Redis, webhook: Webhook, supabase: Database) -> MakeLoop:
    """A loop of one process over the given records, at the given time."""

    def loop(records: Any = QUIET_RECORDS, now: dt.datetime = NOW, channels: tuple[Channel, ...] = ()) -> AlertLoop:
        notified = channels or (WebhookChannel(webhook.url),)
        state = AlertState(redis_client, [channel.name for channel in notified])
        odd_values = OddValuesRound(OddValues(supabase), redis_client)
        holidays = HolidayKeeper(HolidayStore(supabase), lambda: "it is not written here")
        return AlertLoop(settings_for(), readers(records=records), state, odd_values, holidays, notified, lambda: now)

    return loop
