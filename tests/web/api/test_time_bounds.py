"""The bounds of a period: days of the organisation, or instants as they are."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

import pytest

from proactive.app import Application
from proactive.web.api.time_bounds import instants
from proactive.web.services import Services, build_services
from tests.support.world import World

DAY, NEXT = dt.date(2026, 11, 22), dt.date(2026, 11, 23)
NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def services(application: Application) -> Services:
    return build_services(application)


@pytest.fixture(scope="module")
def manaus(world: World) -> UUID:
    return world.business(zone="America/Manaus").organization


def test_days_are_the_organisations_and_the_last_one_is_included(services: Services, manaus: UUID) -> None:
    since, until = instants(DAY, DAY, manaus, services)
    assert (since, until) == (dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC), dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC))


@pytest.mark.parametrize("organization", [None, uuid4()], ids=["none", "nobody's"])
def test_without_an_organisation_days_are_utcs(services: Services, organization: UUID | None) -> None:
    assert instants(DAY, NEXT, organization, services) == (
        dt.datetime(2026, 11, 22, tzinfo=dt.UTC), dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    )  # fmt: skip


def test_instants_stay_what_they_are_and_what_is_not_said_bounds_nothing(services: Services, manaus: UUID) -> None:
    assert instants(NOON, None, manaus, services) == (NOON, None)
    assert instants(None, NOON, None, services) == (None, NOON)
