"""The figures that a record shows: ready for JSON, and only of what the text shows."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from pydantic import ValidationError

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.facts import ClientLine
from tests.support.examples import Examples


@pytest.mark.parametrize("name", MESSAGE_TYPES)
def test_figures_are_the_date_what_is_counted_and_the_ids_of_the_lines(name: str) -> None:
    facts = Examples.of(name)
    figures = facts.figures()
    assert figures == json.loads(json.dumps(figures))
    assert list(figures)[: len(facts.counted) + 2] == ["date", *facts.counted, "listed"]
    assert figures["date"] == "2026-11-23"
    assert figures["listed"] == [str(line.id) for line in facts.lines()]


def test_a_line_that_is_not_shown_is_not_listed() -> None:
    figures = Examples.low_occupancy().figures(shown=2)
    assert len(figures["listed"]) == len(figures["reasons"]) == 2
    assert Examples.low_occupancy().figures(shown=0)["listed"] == []


def test_money_is_a_decimal_string_with_cents() -> None:
    assert Examples.daily_summary(revenue=Decimal("1450.5")).figures()["revenue"] == "1450.50"


def test_an_enum_is_its_word() -> None:
    assert type(Examples.custom_campaign().figures()["target_audience"]) is str


def test_a_value_is_frozen_and_refuses_what_it_does_not_know() -> None:
    line = ClientLine.model_validate({"id": "00000000-0000-0000-0000-000000000001", "name": None, "phone": None})
    with pytest.raises(ValidationError, match="frozen"):
        ClientLine.__setattr__(line, "name", "Ana")
    with pytest.raises(ValidationError, match="extra"):
        ClientLine.model_validate(line.model_dump() | {"email": "ana@x"})
