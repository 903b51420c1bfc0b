"""What an organisation accepts before it may send, and what it may set."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from proactive.campaigns.acceptance import Acceptance, Acceptances, UnusableAcceptance
from proactive.model.author import Author
from proactive.storage.supabase import Database

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
CAPS = (20, 40, 60, 80, 120, 160, 200)
GOOD = Acceptance("Ana Souza", accepts_ban_risk=True, legal_basis="legitimate_interest", basis_reference="LIA 2026-01")


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"legal_basis": "consent", "basis_reference": None},
        {"daily_caps": CAPS},
        {"daily_caps": (1,) * 7},
        {"used_since": dt.date(2020, 1, 1)},
        {"business_name": "Patas", "cost_sentence": "Não custa nada."},
    ],
)
def test_what_may_be_accepted(change: dict[str, Any]) -> None:
    wanted = replace(GOOD, **change)
    assert wanted.checked(CAPS, NOW) is wanted


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"accepts_ban_risk": False}, "acceptsBanRisk"),
        ({"accepted_by": "  "}, "acceptedBy"),
        ({"basis_reference": None}, "basisReference"),
        ({"basis_reference": " "}, "basisReference"),
        ({"daily_caps": (21, 40, 60, 80, 120, 160, 200)}, "dailyCaps"),
        ({"daily_caps": (0, 40, 60, 80, 120, 160, 200)}, "dailyCaps"),
        ({"daily_caps": (20,)}, "dailyCaps"),
        ({"daily_caps": ()}, "dailyCaps"),
        ({"daily_caps": (1,) * 8}, "dailyCaps"),
        ({"used_since": dt.date(2026, 12, 1)}, "usedSince"),
    ],
)
def test_what_may_not(change: dict[str, Any], field: str) -> None:
    with pytest.raises(UnusableAcceptance) as caught:
        replace(GOOD, **change).checked(CAPS, NOW)
    assert caught.value.field == field and caught.value.words.endswith(".")


def test_an_acceptance_is_kept_and_earlier_ones_stay_written(supabase: Database) -> None:
    acceptances, organization = Acceptances(supabase), uuid4()
    assert acceptances.of(organization) is None
    acceptances.keep(organization, GOOD, Author("user:1", "page"), NOW)
    named = replace(GOOD, business_name="Patas", daily_caps=(1,) * 7, used_since=dt.date(2020, 1, 1))
    same = acceptances.keep(organization, named, Author("user:2", "page"), NOW + dt.timedelta(days=1))
    assert (same["recorded_by"], same["history"], same["business_name"]) == ("user:1", [], "Patas")
    assert (same["daily_caps"], same["used_since"]) == ([1] * 7, "2020-01-01")
    assert dt.datetime.fromisoformat(same["accepted_at"]) == NOW
    other = acceptances.keep(
        organization, replace(GOOD, accepted_by="Bia"), Author("user:2", "api"), NOW + dt.timedelta(days=2)
    )
    assert other == acceptances.of(organization)
    assert (other["accepted_by"], other["recorded_by"], other["business_name"]) == ("Bia", "user:2", None)
    assert [(one["accepted_by"], one["recorded_by"]) for one in other["history"]] == [("Ana Souza", "user:1")]
