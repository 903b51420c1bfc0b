"""What an organisation needs before it may send, and that the list says what the sending itself asks for."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from proactive.campaigns.readiness import readiness
from tests.campaigns.test_progress import NOON, terms

INSTANCE = {"instance_name": "shop", "status": "connected", "created_at": None}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, []),
        ({"is_active": False}, ["active"]),
        ({"settings": None}, ["terms"]),
        ({"instance": None}, ["connected"]),
        ({"instance": INSTANCE | {"status": "qr_pending"}}, ["connected"]),
        ({"heard_at": None}, ["heard"]),
        ({"heard_at": (NOON - dt.timedelta(days=7, minutes=1)).isoformat()}, ["heard"]),
        ({"heard_at": (NOON - dt.timedelta(days=6)).isoformat()}, []),
        ({"owners": []}, ["owner"]),
        ({"settings": None, "instance": None, "heard_at": None}, ["terms", "connected", "heard"]),
    ],
)
def test_what_is_missing_is_listed_and_is_what_hinders(changes: dict[str, Any], missing: list[str]) -> None:
    found = terms(**({"settings": {"legal_basis": "consent"}} | changes))
    needs = readiness(found)
    assert [need.need for need in needs if not need.met] == missing
    # a shop without an owner who can be told may answer and stop, and send nothing
    assert (found.hindrance() is None) == (set(missing) <= {"owner"})
    assert all(need.title and need.advice.endswith(".") for need in needs)
