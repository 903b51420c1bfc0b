"""Equal occurrences have equal ids; whatever makes a difference to a person makes one to the id."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from proactive.model.occurrence import Occurrence
from proactive.model.recipient import Recipient

ONE = Occurrence(UUID(int=1), Recipient.owner(UUID(int=2)), "daily_summary", "2026-11-23")


def test_an_id_is_a_uuid_of_version_5_and_always_the_same() -> None:
    assert ONE.id.version == 5
    assert ONE.id == replace(ONE).id


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, recipient=Recipient.owner(UUID(int=3))),
        replace(ONE, recipient=Recipient.client(UUID(int=2))),
        replace(ONE, type="birthdays"),
        replace(ONE, key="2026-11-24"),
    ],
)
def test_another_person_type_or_day_is_another_occurrence(other: Occurrence) -> None:
    assert other.id != ONE.id


def test_an_owner_who_moves_to_another_organisation_gets_no_day_twice() -> None:
    assert replace(ONE, organization_id=UUID(int=9)).id == ONE.id
