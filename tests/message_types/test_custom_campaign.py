"""A campaign: its audience in words, its text, and the best time to send it."""

from __future__ import annotations

import datetime as dt

import pytest

from proactive.message_types.custom_campaign import TYPE, Audience, audience, best_time, campaign_text
from proactive.text.renderer import length
from tests.support.examples import Examples


@pytest.mark.parametrize("who", list(Audience))
def test_every_audience_has_its_words_and_a_text_of_ours(who: Audience) -> None:
    facts = Examples.custom_campaign(target_audience=who, message=None)
    assert "clientes" in audience(facts)
    assert campaign_text(facts)


def test_the_owners_own_text_wins_unless_it_is_blank() -> None:
    assert campaign_text(Examples.custom_campaign(message=" *Só hoje* \n")) == "*Só hoje*"
    blank = Examples.custom_campaign(message=" \u200b\n")
    assert campaign_text(blank) == campaign_text(Examples.custom_campaign(message=None))


@pytest.mark.parametrize(
    ("weekday", "hour", "said"),
    [(2, 10, "terça às 10h"), (2, 1, "terça à 1h"), (2, None, "terça"), (None, 10, "10h"), (None, None, None)],
)
def test_the_best_time_is_what_is_known_of_it(weekday: int | None, hour: int | None, said: str | None) -> None:
    assert best_time(Examples.custom_campaign(best_weekday=weekday, best_hour=hour)) == said


def test_a_date_stands_beside_the_weekday_where_the_next_such_day_is_closed() -> None:
    dated = Examples.custom_campaign(best_weekday=2, best_hour=10, best_date=dt.date(2026, 6, 16))
    assert best_time(dated) == "terça (16/06) às 10h"


@pytest.mark.parametrize("text", ["a" * 100, "🐶" * 50, "ação " * 20])
@pytest.mark.parametrize("excess", [1, 2, 3, 40])
def test_a_text_is_shortened_by_at_least_what_is_too_much(text: str, excess: int) -> None:
    assert TYPE.layout.shortened is not None
    shorter = TYPE.layout.shortened(Examples.custom_campaign(message=text), excess).message
    assert shorter.endswith("…")
    assert length(shorter) <= length(text) - excess
    assert text.startswith(shorter.removesuffix("…"))
