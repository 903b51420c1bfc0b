"""A business's own words through the API: the same checks as on the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from proactive.words.registry import VOCABULARIES
from tests.support.world import Business, World
from tests.web.conftest import Client, assert_problem

Connection = psycopg.Connection[dict[str, Any]]
PATH = "/templates/daily_summary"
GREETING = {"wording": {"greeting": "Bom dia, {{ dono }}!"}}
#: The grammar has it; it does not say what a summary must say.
SILENT = {"source": "Oi, {{ dono }}!"}


@pytest.fixture
def shop(world: World) -> Business:
    """A business that has written nothing yet."""
    return world.business()


@pytest.fixture
def owner(as_user: Callable[..., Client], shop: Business) -> Client:
    return as_user(shop)


def saved(owner: Client, body: dict[str, Any]) -> dict[str, Any]:
    answer = owner.send("PUT", PATH, body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_what_is_saved_is_published_replaced_and_taken_back(owner: Client) -> None:
    first = saved(owner, GREETING)
    assert first["faults"] == [] and first["version"]["number"] == 1
    assert first["version"]["wording"] == GREETING["wording"] | dict.fromkeys(("suggestion", "closing", "question"))
    assert owner.get(PATH).json()["published"] is None
    published = owner.post(f"{PATH}/publish", {"version": first["version"]["id"]}).json()
    assert published["publishedAt"] and published["unpublishedAt"] is None
    second = saved(owner, {"wording": {"closing": "Até amanhã!"}, "aiLines": True})["version"]
    assert second["aiLines"] and owner.post(f"{PATH}/publish", {"version": second["id"]}).status_code == 200
    view = owner.get(PATH).json()
    assert (view["published"]["number"], view["newest"]["number"]) == (2, 2)
    assert [each["unpublishedWhy"] for each in view["history"]] == [None, "replaced"]
    back = owner.post(f"{PATH}/unpublish", {})
    assert back.status_code == 200 and back.json()["published"] is None
    assert back.json()["history"][0]["unpublishedWhy"] == "by_hand"
    assert owner.post(f"{PATH}/unpublish", {}).json() == back.json()


def test_the_same_words_again_are_the_same_version(owner: Client) -> None:
    assert saved(owner, GREETING) == saved(owner, GREETING)
    assert saved(owner, SILENT)["version"]["number"] == 2


def test_what_the_checks_refuse_is_saved_listed_and_not_published(owner: Client) -> None:
    answer = saved(owner, SILENT)
    assert answer["faults"] and all(fault["factSet"] and not fault["hint"] for fault in answer["faults"])
    problem = assert_problem(owner.post(f"{PATH}/publish", {"version": answer["version"]["id"]}), 422)
    assert {error["field"] for error in problem["errors"]} == {"source"}
    assert "with the facts" in problem["errors"][0]["detail"]
    assert owner.get(PATH).json()["published"] is None


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"source": "Oi\n{{ range(9) }}"}, "source", "in line 2"),
        ({"source": "{% set x = 1 %}"}, "source", "in line 1"),
        ({"wording": {"greeting": "{{ agendamentos }}"}}, "wording.greeting", "in line 1"),
        ({"wording": {"question": "Tudo bem?"}}, "wording.question", ""),
        ({}, "source", "either wording or source"),
        ({"source": "Oi", "wording": {}}, "source", "either wording or source"),
        ({"source": "a" * 20_001}, "source", "at most 20000"),
        ({"wording": {"farewell": "Tchau"}}, "wording.farewell", "no such field"),
    ],
)
def test_what_the_grammar_does_not_have_is_not_saved(
    owner: Client, body: dict[str, Any], field: str, words: str
) -> None:
    problem = assert_problem(owner.send("PUT", PATH, body), 422)
    assert [error["field"] for error in problem["errors"]][:1] == [field]
    assert words in problem["errors"][0]["detail"]
    assert owner.get(PATH).json()["newest"] is None


def test_a_preview_shows_the_own_facts_of_now_or_a_set_and_keeps_nothing(owner: Client) -> None:
    own = owner.post(f"{PATH}/preview", GREETING).json()
    assert own["text"].startswith("Bom dia, Ana!") and own["faults"] == []
    assert 0 < own["milliseconds"] <= 50 and own["slow"] is False
    zero = owner.post(f"{PATH}/preview", GREETING | {"factSet": "zero"}).json()
    assert zero["text"].startswith("Bom dia, Paula!")
    silent = owner.post(f"{PATH}/preview", SILENT | {"factSet": "zero"}).json()
    assert silent["text"] == "Oi, Paula!" and silent["faults"]
    refused = owner.post(f"{PATH}/preview", {"source": "{{ x }}"}).json()
    assert refused["text"] is None and refused["faults"][0]["line"] == 1
    assert_problem(owner.post(f"{PATH}/preview", GREETING | {"factSet": "other"}), 422)
    assert owner.get(PATH).json()["history"] == []


def test_without_an_owner_a_set_of_facts_is_named(service: Client, shop: Business, database: Connection) -> None:
    database.execute("delete from owner_numbers where organization_id = %s", [shop.organization])
    body = GREETING | {"organizationId": str(shop.organization)}
    assert_problem(service.post(f"{PATH}/preview", body), 409)
    assert service.post(f"{PATH}/preview", body | {"factSet": "one"}).status_code == 200
    assert service.send("PUT", PATH, body).json()["faults"] == []


def test_an_old_version_is_restored_as_a_new_one(owner: Client) -> None:
    first, _ = saved(owner, GREETING)["version"], saved(owner, SILENT)
    restored = owner.post(f"{PATH}/restore", {"version": first["id"]}).json()
    assert (restored["number"], restored["restoredFrom"], restored["wording"]) == (3, 1, first["wording"])
    assert restored["publishedAt"] is None
    for action in ("publish", "restore"):
        assert_problem(owner.post(f"{PATH}/{action}", {"version": str(uuid4())}), 404)
        assert_problem(owner.post(f"/templates/birthdays/{action}", {"version": first["id"]}), 404)


def test_the_history_has_pages(owner: Client) -> None:
    for number in range(5):
        saved(owner, {"wording": {"greeting": f"Oi {number}!"}})
    page = owner.get(f"{PATH}?limit=2").json()
    assert ([each["number"] for each in page["history"]], page["nextBefore"]) == ([5, 4], 4)
    last = owner.get(f"{PATH}?limit=3&before=4").json()
    assert ([each["number"] for each in last["history"]], last["nextBefore"]) == ([3, 2, 1], None)


@pytest.mark.parametrize("type_", VOCABULARIES)
def test_every_type_says_what_its_words_may_be_made_of(owner: Client, type_: str) -> None:
    view = owner.get(f"/templates/{type_}").json()
    assert view["type"] == type_ and view["houseSource"] == VOCABULARIES[type_].house_source
    assert [each["name"] for each in view["names"]] == [each.name for each in VOCABULARIES[type_].names]
    assert len(view["factSets"]) == 24 and any(each["figure"] for each in view["names"])
    answer = owner.send("PUT", f"/templates/{type_}", {"source": view["houseSource"]})
    assert answer.json()["faults"] == []


def test_a_type_without_words_of_its_own_is_refused(owner: Client) -> None:
    assert_problem(owner.get("/templates/campaign_answer"), 422)


def test_a_service_key_names_the_organisation(service: Client, shop: Business) -> None:
    assert_problem(service.get(PATH), 422)
    assert service.get(f"{PATH}?organizationId={shop.organization}").status_code == 200
    assert_problem(service.get(f"{PATH}?organizationId={uuid4()}"), 422)
