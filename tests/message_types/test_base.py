"""A message type: what follows from its fields."""

from __future__ import annotations

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from proactive.message_types.registry import BY_HAND, MESSAGE_TYPES

SAO_PAULO = ZoneInfo("America/Sao_Paulo")


@pytest.mark.parametrize(
    ("due", "key"), [("2026-11-24T02:59:00+00:00", "2026-11-23"), ("2026-11-24T03:00:00+00:00", "2026-11-24")]
)
def test_what_is_once_a_day_is_known_by_the_local_date(due: str, key: str) -> None:
    assert MESSAGE_TYPES["daily_summary"].new_key(dt.datetime.fromisoformat(due), SAO_PAULO) == key


def test_every_campaign_has_an_id_of_its_own() -> None:
    now = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
    one, other = (MESSAGE_TYPES["custom_campaign"].new_key(now, SAO_PAULO) for _ in range(2))
    assert UUID(one) != UUID(other)


def test_data_are_needed_where_a_parameter_has_no_default() -> None:
    assert {name for name, type_ in BY_HAND.items() if type_.needs_data} == {"custom_campaign"}


def test_the_scripts_ask_for_parameters_that_have_an_option_of_their_own() -> None:
    prompts = MESSAGE_TYPES["custom_campaign"].prompts
    assert [prompt.option for prompt in prompts.values()] == ["--campaign-type", "--audience", "--message"]
    assert set(prompts["target_audience"].choices) == {"inactive", "vip", "all"}
    assert MESSAGE_TYPES["inactive_clients"].prompts == {}


@pytest.mark.parametrize("name", MESSAGE_TYPES)
def test_every_figure_that_a_record_shows_has_a_label(name: str) -> None:
    type_ = MESSAGE_TYPES[name]
    assert set(type_.facts.counted) <= set(type_.figure_labels)
    assert type_.job == f"proactive.jobs.{name}.run"
