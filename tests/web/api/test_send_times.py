"""Which messages an owner gets, and when, through the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.support.world import Business, World
from tests.web.conftest import Client, assert_problem

PATH = "/send-times"


@pytest.fixture
def business(world: World) -> Business:
    return world.business()


def asked(business: Business, owner: UUID | None = None) -> str:
    whose = f"&ownerNumberId={owner}" if owner else ""
    return f"{PATH}?organizationId={business.organization}{whose}"


def put(client: Client, business: Business, owner: UUID | None = None, **fields: Any) -> dict[str, dict[str, Any]]:
    whose = {"organizationId": str(business.organization)} | ({"ownerNumberId": str(owner)} if owner else {})
    answer = client.send("PUT", PATH, {"type": "daily_summary"} | whose | fields)
    assert answer.status_code == 200, answer.text
    return times(answer.json())


def times(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["type"]: each for each in view["times"]}


def test_what_goes_out_by_itself_is_told_with_the_window_of_each(service: Client, business: Business) -> None:
    view = service.get(asked(business)).json()
    assert (view["ownerNumberId"], view["timezone"], view["exceptions"]) == (None, "America/Sao_Paulo", [])
    found = [(each["type"], each["time"], each["earliest"], each["latest"]) for each in view["times"]]
    assert found == [
        ("birthdays", "09:00", "09:00", "11:00"), ("inactive_clients", "10:00", "10:00", "12:00"),
        ("opportunities", "15:00", "15:00", "17:00"), ("low_occupancy", "17:00", None, None),
        ("daily_summary", "18:00", "18:00", "20:30"),
    ]  # fmt: skip
    assert {(each["on"], each["origin"], each["chosen"], each["via"]) for each in view["times"]} == {
        (True, "cron", False, None)
    }


def test_an_owners_choice_goes_before_the_default_and_is_taken_back(service: Client, business: Business) -> None:
    put(service, business, time="19:00")
    owner = put(service, business, business.owner, time="20:00")["daily_summary"]
    assert (owner["time"], owner["origin"], owner["via"], owner["usualTime"]) == ("20:00", "chosen", "api", "19:00")
    view = service.get(asked(business)).json()
    assert view["exceptions"] == [str(business.owner)]
    assert (times(view)["daily_summary"]["time"], times(view)["daily_summary"]["origin"]) == ("19:00", "default")
    back = put(service, business, business.owner, on=None)["daily_summary"]
    assert (back["time"], back["origin"], back["chosen"]) == ("19:00", "default", False)


def test_a_type_is_switched_off_and_on_with_the_hour_that_it_had(service: Client, business: Business) -> None:
    put(service, business, business.owner, time="20:10")
    assert put(service, business, business.owner, on=False)["daily_summary"]["on"] is False
    on = put(service, business, business.owner, on=True)["daily_summary"]
    assert (on["on"], on["time"]) == (True, "20:10")
    usual = put(service, business, business.owner, on=True, time=None)["daily_summary"]
    assert (usual["time"], usual["origin"]) == ("18:00", "chosen")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"time": "17:59"}, "time"), ({"time": "20:31"}, "time"), ({"time": "8pm"}, "time"),
        ({"time": "24:00"}, "time"), ({"time": "20:00", "more": 1}, "more"),
        ({"time": "20:00:30"}, "time"), ({"type": "low_occupancy", "time": "17:00"}, "time"),
        ({"type": "custom_campaign", "on": False}, "type"), ({"type": "nothing", "on": False}, "type"),
        ({"ownerNumberId": str(UUID(int=7)), "on": False}, "ownerNumberId"),
        ({"ownerNumberId": "x", "on": False}, None), ({}, None),
        ({"on": None, "time": "20:00"}, None), ({"on": "maybe"}, "on"),
        ({"organizationId": None, "on": False}, "organizationId"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_chosen_is_refused_and_nothing_changes(
    service: Client, business: Business, fields: dict[str, Any], field: str | None
) -> None:
    body = {"organizationId": str(business.organization), "type": "daily_summary"} | fields
    answer = service.send("PUT", PATH, body)
    assert_problem(answer, 422)
    if field is not None:
        assert field in {each["field"] for each in answer.json()["errors"]}
    assert {each["chosen"] for each in service.get(asked(business)).json()["times"]} == {False}


def test_another_organisations_owner_is_nobodys_to_choose_for(
    service: Client, as_user: Callable[..., Client], business: Business, world: World
) -> None:
    other = world.business()
    assert_problem(service.get(asked(business, other.owner)), 422)
    answer = as_user(business).send("PUT", PATH, {"type": "birthdays", "on": False, "ownerNumberId": str(other.owner)})
    assert_problem(answer, 422)
    assert times(service.get(asked(other, other.owner)).json())["birthdays"]["on"]


def test_who_chose_what_is_written_down(service: Client, business: Business, database: psycopg.Connection[Any]) -> None:
    put(service, business, business.owner, time="20:00")
    row = database.execute(
        "select by, via, action, subject, after from aurora_proactive_changes where organization_id = %s",
        [business.organization],
    ).fetchone()
    assert row is not None
    assert (row["via"], row["action"], row["subject"]) == ("api", "send_time_changed", "daily_summary")
    assert row["by"].startswith("key:")
    assert row["after"] == {"owner": str(business.owner), "on": True, "time": "20:00"}
