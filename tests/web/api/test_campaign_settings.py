"""What an organisation says before it may send, through the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.world import Business, World
from tests.web.conftest import Client, assert_problem

GOOD = {
    "acceptedBy": "Ana Souza", "acceptsBanRisk": True, "legalBasis": "legitimate_interest",
    "basisReference": "LIA-2026-01",
}  # fmt: skip


@pytest.fixture(scope="module")
def business(world: World) -> Business:
    return world.business()


def test_terms_are_accepted_and_what_is_missing_is_told(service: Client, business: Business) -> None:
    path = f"/campaign-settings?organizationId={business.organization}"
    before = service.get(path).json()
    assert (before["accepted"], before["acceptedBy"], before["history"]) == (False, None, [])
    assert "Ajustes" in before["hindrance"] and "bloquear" in before["risk"]
    body = GOOD | {"organizationId": str(business.organization), "dailyCaps": [1, 2, 3, 4, 5, 6, 7]}
    answer = service.send("PUT", "/campaign-settings", body)
    assert answer.status_code == 200, answer.text
    kept = answer.json()
    assert (kept["accepted"], kept["acceptedBy"], kept["dailyCaps"]) == (True, "Ana Souza", [1, 2, 3, 4, 5, 6, 7])
    assert kept["recordedBy"].startswith("key:") and "Ajustes" not in (kept["hindrance"] or "")
    assert kept == service.get(path).json()
    again = service.send("PUT", "/campaign-settings", body | {"acceptedBy": "Bia"}).json()
    assert [one["acceptedBy"] for one in again["history"]] == ["Ana Souza"]


@pytest.mark.parametrize(
    "fields",
    [
        {"acceptsBanRisk": False}, {"acceptsBanRisk": None}, {"acceptedBy": ""}, {"acceptedBy": " "},
        {"legalBasis": "none"}, {"basisReference": None}, {"dailyCaps": [21, 40, 60, 80, 120, 160, 200]},
        {"dailyCaps": [0] * 7}, {"dailyCaps": [1] * 8}, {"dailyCaps": [1]}, {"dailyCaps": [10**30] * 7},
        {"usedSince": "2099-01-01"}, {"usedSince": "0001-01-01"}, {"usedSince": "x"}, {"businessName": "x" * 61},
        {"businessName": "nul \x00"}, {"organizationId": None}, {"more": 1},
    ],
    ids=str,
)  # fmt: skip
def test_what_may_not_be_accepted_is_refused(service: Client, business: Business, fields: dict[str, Any]) -> None:
    body = GOOD | {"organizationId": str(business.organization)} | fields
    assert_problem(service.send("PUT", "/campaign-settings", body), 422)
