"""Who receives a campaign: pages, filters and a table in which nothing is a formula. No answer shows a number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from sandbox.stack import LocalStack
from tests.support.promoting import Promotion, make_promotion
from tests.web.conftest import Client, assert_problem


@pytest.fixture(scope="module")
def made(stack: LocalStack) -> Iterator[Promotion]:
    promotion = make_promotion(stack, "Patas & Cia", clients=7)
    promotion.sent(promotion.campaign("running", 7), range(4))
    promotion.run("update contacts set name = '=1+1' where id = %s", promotion.contacts[6])
    yield promotion
    promotion.connection.close()


def test_recipients_come_in_pages_in_their_order(service: Client, made: Promotion) -> None:
    path, seen, cursor = f"/campaigns/{made.campaigns['running']}/recipients?limit=3", list[int](), ""
    while True:
        page = service.get(path + cursor).json()
        seen += [row["position"] for row in page["recipients"]]
        if page["nextCursor"] is None:
            break
        cursor = f"&cursor={page['nextCursor']}"
    assert seen == list(range(7))
    sent = service.get(f"{path}&status=sent").json()["recipients"]
    assert [row["position"] for row in sent] == [0, 1, 2]
    assert all("•" in row["phone"] and made.key(row["position"]) not in str(row) for row in sent)


@pytest.mark.parametrize("query", ["status=gone", "limit=0", "limit=201", "cursor=x", "delivery=x", "reason=", "x=1"])
def test_an_odd_query_is_refused(service: Client, made: Promotion, query: str) -> None:
    assert_problem(service.get(f"/campaigns/{made.campaigns['running']}/recipients?{query}"), 422)


def test_all_of_them_are_a_table(service: Client, made: Promotion) -> None:
    answer = service.get(f"/campaigns/{made.campaigns['running']}/recipients.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["status"] for row in rows] == ["sent"] * 4 + ["pending"] * 3
    assert rows[6]["name"] == "'=1+1" and rows[0]["pets"] == "Rex"
    assert not any(made.key(place) in answer.text or made.key(place)[2:] in answer.text for place in range(7))
