"""Operators are told once a day of the product's values that are none, whichever process looks."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
import redis

from proactive.errors import SupabaseError
from proactive.facts.odd_values import OddValues
from proactive.monitoring.alerts import Notice
from proactive.monitoring.odd_values import OddValuesRound
from proactive.storage.supabase import Database as Supabase
from tests.monitoring.conftest import NOW, MakeLoop
from tests.support.asking import Database
from tests.support.crew import Webhook


@pytest.fixture
def odd(database: Database) -> Iterator[list[UUID]]:
    """Three organisations, two of which have values that are none."""
    ids = [uuid4() for _ in range(3)]
    for id_, zone in zip(ids, ("BRT", "UTC", "foo+3"), strict=True):
        database.execute("insert into organizations (id, name, timezone) values (%s, 'Loja', %s)", (id_, zone))
    yield ids
    database.execute("delete from organizations where id = any(%s)", (ids,))


def looked(supabase: Supabase, redis_client: redis.Redis, now: dt.datetime = NOW, times: int = 4) -> list[Notice]:
    """The notices of several looks, each of another process."""
    rounds = (OddValuesRound(OddValues(supabase), redis_client) for _ in range(times))
    return [notice for notice in (each.look(now) for each in rounds) if notice]


def test_the_log_names_organisation_and_column_and_one_notice_a_day_counts_them(
    supabase: Supabase, redis_client: redis.Redis, odd: list[UUID], caplog: pytest.LogCaptureFixture
) -> None:
    (notice,) = looked(supabase, redis_client)
    assert (notice.alert, notice.value) == ("odd_values", 2)
    assert notice.text.startswith("🟡 Aurora - Dados: 2 empresas têm valores que não valem")
    told = [vars(record) for record in caplog.records if vars(record).get("action") == "odd_value"]
    assert {line["organizationId"] for line in told} == {str(odd[0]), str(odd[2])}
    assert {line["reason"] for line in told} == {"organizations.timezone: 1"}
    assert looked(supabase, redis_client, NOW + dt.timedelta(hours=11)) == []
    assert len(looked(supabase, redis_client, NOW + dt.timedelta(hours=13))) == 1


def test_where_everything_is_a_value_nobody_is_told(supabase: Supabase, redis_client: redis.Redis) -> None:
    assert looked(supabase, redis_client) == []


def test_a_round_that_cannot_go_on_goes_on_later_with_smaller_looks(
    redis_client: redis.Redis, supabase: Supabase, odd: list[UUID], caplog: pytest.LogCaptureFixture
) -> None:
    class Away(OddValues):
        def page(self, after: UUID | None, limit: int) -> None:  # type: ignore[override]
            asked.append(limit)
            raise SupabaseError("aurora_proactive_odd_values was refused: code 57014")

    asked: list[int] = []
    caplog.set_level(logging.CRITICAL)
    away = OddValuesRound(Away(supabase), redis_client)
    assert [away.look(NOW) for _ in range(10)] == [None] * 10
    assert asked == [200, 100, 50, 25, 12, 6, 3, 1, 1, 1]
    assert len(looked(supabase, redis_client)) == 1


@pytest.mark.parametrize("kept", ["", "x", "5", "[]", "{}", '{"day": 5, "more": 1}'])
def test_a_round_that_was_kept_in_another_form_begins_anew(
    supabase: Supabase, redis_client: redis.Redis, odd: list[UUID], kept: str
) -> None:
    redis_client.set("aurora:alerts:odd_values", kept)
    assert len(looked(supabase, redis_client)) == 1


def test_the_alerts_channels_are_told(make_loop: MakeLoop, webhook: Webhook, odd: list[UUID]) -> None:
    for _ in range(3):
        loop = make_loop()
        loop.look_values_through()
        loop.notify()
    assert [(posted["alert"], posted["value"]) for posted in webhook.posted] == [("odd_values", 2)]
