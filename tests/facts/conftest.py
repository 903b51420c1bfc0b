"""An organisation of its own for each test that writes one down for good."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from tests.support.asking import Database

#: Zones that no other test writes to a database that stays.
NEAR, FAR = "Pacific/Galapagos", "Pacific/Marquesas"


@pytest.fixture
def organization(database: Database) -> Iterator[UUID]:
    """An active organisation in NEAR without owners."""
    id_ = uuid4()
    database.execute("insert into organizations (id, name, timezone) values (%s, 'Ilha', %s)", (id_, NEAR))
    yield id_
    database.execute("delete from organizations where id = %s", (id_,))


def add_owners(database: Database, organization: UUID, count: int, enabled: bool = True) -> list[UUID]:
    rows = database.execute(
        "insert into owner_numbers (organization_id, name, aurora_enabled)"
        " select %s, 'Dona ' || n, %s from generate_series(1, %s) n returning id",
        (organization, enabled, count),
    ).fetchall()
    return sorted(row["id"] for row in rows)
