"""Who changed what, through the API: pages, filters by days of the organisation, the own organisation alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sandbox.stack import LocalStack
from tests.support.audit import changed
from tests.support.world import World
from tests.web.conftest import Client, assert_problem


def test_an_owner_sees_the_own_organisations_and_a_key_everybodys(
    as_user: Callable[..., Client], service: Client, world: World, stack: LocalStack
) -> None:
    mine, other = world.business(), world.business()
    service.post("/pause", {"organizationId": str(mine.organization), "reason": "férias"})
    service.post("/pause", {"organizationId": str(other.organization), "type": "birthdays"})
    user = as_user(mine)
    (change,) = user.get("/changes").json()["changes"]
    assert (change["action"], change["label"], change["subject"]) == ("sending_paused", "Pausou os envios", "")
    assert (change["via"], change["before"], change["after"]) == ("api", None, {"reason": "férias"})
    assert change["by"].startswith("key:") and change["organization"] == "Pet shop"
    assert_problem(user.get(f"/changes?organizationId={other.organization}"), 403)
    (theirs,) = service.get(f"/changes?organizationId={other.organization}").json()["changes"]
    assert theirs["subject"] == "birthdays"
    everybodys = {each["organizationId"] for each in service.get("/changes").json()["changes"]}
    assert everybodys >= {str(mine.organization), str(other.organization)}
    for business in (mine, other):
        service.post("/resume", {"organizationId": str(business.organization)})
    service.post("/resume", {"organizationId": str(other.organization), "type": "birthdays"})


def test_pages_and_days_are_the_organisations(as_user: Callable[..., Client], world: World, stack: LocalStack) -> None:
    business = world.business(zone="Asia/Tokyo")
    # 23:30 on the 4th in Tokyo, and half an hour later
    ids = [
        changed(stack, business.organization, "a_change", at=f"2026-06-04T14:{minute}Z") for minute in ("30", "59")
    ] + [changed(stack, business.organization, "a_change", at="2026-06-04T15:00Z", by="user:2")]
    user = as_user(business)

    def seen(query: str) -> list[str]:
        return [change["id"] for change in user.get(f"/changes?{query}").json()["changes"]]

    assert seen("from=2026-06-04&to=2026-06-04") == [ids[1], ids[0]]
    assert seen("from=2026-06-05") == seen("by=user:2") == [ids[2]]
    assert seen("to=2026-06-04T14:59:00Z") == [ids[0]]
    assert seen("action=a_change&by=key:a") == [ids[1], ids[0]]
    first = user.get("/changes?limit=2").json()
    assert [change["id"] for change in first["changes"]] == [ids[2], ids[1]]
    assert seen(f"limit=2&cursor={first['nextCursor']}") == [ids[0]]
    assert user.get("/changes?limit=3").json()["nextCursor"] is None


@pytest.mark.parametrize("query", ["cursor=x", "action=Não", "from=yesterday", "by=%00", "limit=0", "other=1"])
def test_what_cannot_be_understood_is_refused(service: Client, query: str) -> None:
    assert_problem(service.get(f"/changes?{query}"), 422)
