"""What came of messages through the API: each figure with its size, or why there is none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from tests.support.asking import Database
from tests.support.engagement_oracle import DAY, HOUR, OracleAnswer, OracleMessage, keep
from tests.support.world import World
from tests.web.conftest import Client, assert_problem


def test_the_figures_come_with_their_sizes_or_with_why_not(
    as_user: Callable[..., Client], world: World, database: Database
) -> None:
    business = world.business()
    assert business.instance
    at = dt.datetime.now(dt.UTC) - 4 * DAY
    messages = [
        OracleMessage(at, business.owner, "birthdays", {"delivered_at": at}, [OracleAnswer(at + HOUR, "text", said)])
        for said in ("yes", "stop")
    ]
    keep(database, business.organization, business.instance, [*messages, OracleMessage(at, business.owner)])
    found = as_user(business).get("/engagement").json()
    assert found["organizationId"] == str(business.organization) and found["timezone"] == "America/Sao_Paulo"
    assert found["total"]["delivered"] == {"n": 3, "count": 2, "share": pytest.approx(2 / 3), "why": None}
    assert found["total"]["read"] == {"n": 0, "count": None, "share": None, "why": "no_visible_readers"}
    assert found["total"]["yes"] == {"n": 2, "count": 1, "share": 0.5, "why": None}
    assert found["total"]["timeToAnswer"] == {"n": 3, "seconds": 3600, "share": "half", "why": None}
    assert [each["type"] for each in found["types"]] == ["birthdays", "daily_summary"]
    summary = found["types"][1]
    assert summary["yes"]["why"] == "nobody_answered" and summary["timeToAnswer"]["why"] == "too_few_answered"
    assert found["bookedAfter"] == {
        "days": 14, "n": 0, "booked": 0, "share": None, "value": 0, "doneN": 0, "done": 0, "open": 0, "inTwo": 0,
    }  # fmt: skip


def test_days_are_named_and_are_a_year_at_most(service: Client, world: World) -> None:
    path = f"/engagement?organizationId={world.business().organization}"
    found = service.get(f"{path}&from=2026-01-01&to=2026-03-01&bookedWithin=60").json()
    assert (found["from"], found["to"], found["bookedAfter"]["days"]) == ("2026-01-01", "2026-03-01", 60)
    assert found["total"]["answered"]["why"] == "nothing_sent"
    for query in ("from=2026-03-02&to=2026-03-01", "from=2025-01-01&to=2026-03-01", "from=x", "bookedWithin=61",
                  "bookedWithin=0", "to=9999-12-31", "from=0001-01-01", "days=3"):  # fmt: skip
        assert_problem(service.get(f"{path}&{query}"), 422)
    assert_problem(service.get("/engagement"), 422)


def test_measuring_is_switched_on_and_off_and_says_what_is_missing(
    as_user: Callable[..., Client], world: World, database: Database
) -> None:
    business = world.business()
    user = as_user(business)
    assert user.get("/engagement").json()["becauseOfCampaigns"]["why"] == "not_measured"
    assert_problem(user.send("PUT", "/engagement/measuring", {"writtenShare": 0.9}), 409)
    database.execute(
        "insert into aurora_proactive_campaign_settings (organization_id, accepted_by, legal_basis)"
        " values (%s, 'Ana', 'consent')", [business.organization],
    )  # fmt: skip
    found = user.send("PUT", "/engagement/measuring", {"writtenShare": 0.9}).json()
    assert (found["writtenShare"], found["why"], found["points"], found["verdict"]) == (0.9, "too_few", None, "not_yet")
    assert (found["heldBackNeeded"], found["bookingsNeeded"], found["processes"]) == (100, 10, [])
    assert user.send("PUT", "/engagement/measuring", {"writtenShare": None}).json()["writtenShare"] is None
    for share in (0.5, 1, "x", True):
        assert_problem(user.send("PUT", "/engagement/measuring", {"writtenShare": share}), 422)
    assert_problem(user.send("PUT", "/engagement/measuring", {}), 422)
    rows = database.execute(
        "select action, via from aurora_proactive_changes where organization_id = %s", [business.organization]
    ).fetchall()
    assert [tuple(row.values()) for row in rows] == [("effect_measured", "api")] * 2
