"""What goes out next, through the API: the own organisation's, pages of all, skip, take back, send now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from proactive.model.occurrence import Occurrence
from proactive.model.recipient import Recipient
from sandbox.stack import LocalStack
from tests.support.audit import changes_of
from tests.support.world import Business, World
from tests.web.conftest import Client, assert_problem


def tomorrows(business: Business) -> UUID:
    """The summary of tomorrow, which is to come whatever the time is."""
    day = dt.datetime.now(ZoneInfo("America/Sao_Paulo")).date() + dt.timedelta(days=1)
    return Occurrence(business.organization, Recipient.owner(business.owner), "daily_summary", str(day)).id


def test_a_message_is_skipped_and_taken_back_and_both_are_written_down(
    as_user: Callable[..., Client], world: World, stack: LocalStack, queue: object
) -> None:
    business = world.business()
    user, id_ = as_user(business), tomorrows(business)
    messages = {each["messageId"]: each for each in user.get("/upcoming").json()["messages"]}
    mine = messages[str(id_)]
    assert (mine["type"], mine["status"], mine["why"], mine["owner"]) == ("daily_summary", "planned", None, "Ana")
    assert dt.datetime.fromisoformat(mine["at"]).tzinfo is not None
    assert len({each["at"][:10] for each in messages.values()}) >= 7
    for _ in range(2):
        skipped = user.post(f"/upcoming/{id_}/skip").json()
        assert (skipped["status"], skipped["skipped"]["by"][:5]) == ("skipped", "user:")
    assert user.post(f"/upcoming/{id_}/take-back").json()["status"] == "planned"
    assert_problem(user.post(f"/upcoming/{id_}/take-back"), 409)
    assert [each["action"] for each in changes_of(stack, business.organization)] == [
        "message_skipped", "message_unskipped",
    ]  # fmt: skip


def test_one_of_another_day_is_not_sent_now(as_user: Callable[..., Client], world: World, queue: object) -> None:
    business = world.business()
    assert_problem(as_user(business).post(f"/upcoming/{tomorrows(business)}/send-now"), 409)
    assert_problem(as_user(business).post(f"/upcoming/{uuid4()}/send-now"), 404)


def test_why_not_is_said_in_words(as_user: Callable[..., Client], world: World, queue: object) -> None:
    off = as_user(world.business(enabled=False)).get("/upcoming").json()["messages"]
    assert {(each["status"], each["why"]["code"]) for each in off} == {("off", "aurora_switched_off")}
    alone = as_user(world.business(status=None)).get("/upcoming").json()["messages"]
    assert {each["why"]["code"] for each in alone} == {"no_instance", "closed_tomorrow"}
    assert all(each["why"]["label"] for each in alone)


def test_a_service_key_pages_through_all_of_them_or_names_one(
    service: Client, world: World, queue: object, stack: LocalStack
) -> None:
    ids = {str(world.business().organization) for _ in range(3)}
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = service.get(f"/upcoming?limit=2{f'&cursor={cursor}' if cursor else ''}").json()
        seen += dict.fromkeys(each["organizationId"] for each in page["messages"])
        cursor = page["nextCursor"]
    assert ids <= set(seen)
    assert len(seen) == len(set(seen)) and seen == sorted(seen)
    one = ids.pop()
    named = service.get(f"/upcoming?organizationId={one}").json()
    assert {each["organizationId"] for each in named["messages"]} == {one} and named["nextCursor"] is None
    assert service.get("/upcoming?search=nobody").json() == {"messages": [], "nextCursor": None}
    assert_problem(service.get(f"/upcoming?organizationId={uuid4()}"), 422)
    assert_problem(service.post(f"/upcoming/{uuid4()}/skip"), 422)


@pytest.mark.parametrize("query", ["limit=51", "cursor=x", "search=", "other=1"])
def test_what_cannot_be_understood_is_refused(service: Client, query: str) -> None:
    assert_problem(service.get(f"/upcoming?{query}"), 422)
