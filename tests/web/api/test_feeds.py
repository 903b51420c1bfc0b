"""Feeds through the API: added, listed, removed; never their address."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from sandbox.stack import LocalStack
from tests.support.world import Business, World
from tests.web.conftest import Client, assert_problem

SECRET = "private-0123456789abcdef"


@pytest.fixture
def business(world: World) -> Business:
    return world.business()


def body(business: Business, **fields: Any) -> dict[str, Any]:
    usual = {"address": f"https://calendar.example.com/{SECRET}/basic.ics", "purpose": "closures", "label": " Folgas "}
    return {"organizationId": str(business.organization)} | usual | fields


def path(business: Business, feed: object = None) -> str:
    return f"/calendar/feeds{f'/{feed}' if feed else ''}?organizationId={business.organization}"


def test_a_feed_is_added_listed_and_removed_and_its_address_is_nowhere(
    service: Client, business: Business, stack: LocalStack
) -> None:
    empty = service.get(path(business)).json()
    assert empty == {"feeds": [], "possible": True, "most": 3}
    answer = service.post("/calendar/feeds", body(business))
    assert answer.status_code == 201, answer.text
    feed = answer.json()
    assert (feed["purpose"], feed["label"], feed["host"]) == ("closures", "Folgas", "calendar.example.com")
    assert (feed["goodAt"], feed["fault"], feed["events"], feed["reading"]) == (None, None, 0, False)
    listed = service.get(path(business))
    assert listed.json()["feeds"] == [feed]
    assert SECRET not in answer.text + listed.text
    with psycopg.connect(stack.dsn) as connection:
        rows = connection.execute(
            "select to_jsonb(f)::text from aurora_proactive_feeds f where organization_id = %s", [business.organization]
        ).fetchall()
        assert len(rows) == 1 and SECRET not in rows[0][0]
        changes = connection.execute(
            "select action, subject, before, after, by, via from aurora_proactive_changes where organization_id = %s",
            [business.organization],
        ).fetchall()
    after = {"purpose": "closures", "label": "Folgas", "host": "calendar.example.com"}
    assert changes == [("feed_added", feed["id"], None, after, "key:local", "api")]
    assert service.send("DELETE", path(business, feed["id"])).status_code == 204
    assert_problem(service.send("DELETE", path(business, feed["id"])), 404)
    assert service.get(path(business)).json()["feeds"] == []


def test_what_was_read_refused_and_wrong_is_told_without_titles(
    service: Client, business: Business, stack: LocalStack
) -> None:
    feed = service.post("/calendar/feeds", body(business)).json()["id"]
    refused = [{"title": "Plantão", "reason": "frequency"}, {"title": "Alarme", "reason": "frequency"}]
    ignored = [{"title": "Férias", "reason": "too_long"}]
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            "update aurora_proactive_feeds set refused = %s, ignored = %s, fault = 'cut', fault_at = now(), faults = 2,"
            " good_at = now() - interval '25 hours', read_at = now(), events = 7, empty_reads = 1 where id = %s",
            [Jsonb(refused), Jsonb(ignored), feed],
        )
    shown = service.get(path(business))
    (view,) = shown.json()["feeds"]
    assert (view["old"], view["unconfirmed"], view["events"]) == (True, True, 7)
    assert view["refused"] == [{"code": "frequency", "text": "repete a cada hora, minuto ou segundo", "number": 2}]
    assert [each["code"] for each in view["ignored"]] == ["too_long"]
    assert (view["fault"]["code"], view["fault"]["text"], view["fault"]["times"]) == (
        "cut", "A agenda veio cortada, sem o fim", 2,
    )  # fmt: skip
    assert "Plantão" not in shown.text and "Férias" not in shown.text


def test_a_fourth_feed_and_a_known_one_are_refused(service: Client, business: Business) -> None:
    for number in range(3):
        address = f"https://example.com/{number}.ics"
        assert service.post("/calendar/feeds", body(business, address=address)).status_code == 201
        if not number:
            assert_problem(service.post("/calendar/feeds", body(business, address=address, purpose="busy")), 409)
    assert_problem(service.post("/calendar/feeds", body(business)), 409)
    assert len(service.get(path(business)).json()["feeds"]) == 3


@pytest.mark.parametrize(
    "fields",
    [
        {"address": "http://example.com/a.ics"}, {"address": "webcal://example.com/a.ics"}, {"address": "x" * 2001},
        {"address": "https://user@example.com/a.ics"}, {"address": "https://example.com:8443/a.ics"},
        {"address": "https://127.0.0.1/a.ics"}, {"address": "https://[::1]/a.ics"}, {"address": "https://localhost/"},
        {"address": ""}, {"address": None}, {"purpose": "holidays"}, {"label": "x" * 41}, {"more": 1},
        {"organizationId": None}, {"organizationId": "7c1d0a52-3f0e-4d5e-9a44-0d6f1f0f9c11"},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_feed_is_refused_and_not_repeated(
    service: Client, business: Business, fields: dict[str, Any]
) -> None:
    answer = service.post("/calendar/feeds", body(business, **fields))
    assert_problem(answer, 422)
    assert not any(str(value) in answer.text for value in fields.values() if value and len(str(value)) > 12)
