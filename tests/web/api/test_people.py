"""The log of consents and erasure through the API; a number in an address reaches no log of ours."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from sandbox.stack import LocalStack
from tests.support.promoting import Promotion, make_promotion
from tests.web.conftest import Client, assert_problem

PHONE = "11987654321"


@pytest.fixture(scope="module")
def made(stack: LocalStack) -> Iterator[Promotion]:
    promotion = make_promotion(stack, "Patas & Cia", clients=2)
    yield promotion
    promotion.connection.close()


def test_every_change_is_in_the_log(service: Client, made: Promotion, queue: object) -> None:
    body = {"organizationId": str(made.organization), "phone": PHONE}
    opt_out = service.post("/opt-outs", body).json()
    given = service.post("/consents", body | {"evidence": "ficha assinada em 26/11"})
    assert given.status_code == 201 and given.json()["evidence"] == {"note": "ficha assinada em 26/11"}
    path = f"/opt-outs?id={opt_out['id']}&organizationId={made.organization}"
    assert_problem(service.send("DELETE", path), 404)  # the consent ended it
    for written in (PHONE, "+55 11 98765-4321", "1187654321"):
        answer = service.get("/consents", params={"organizationId": str(made.organization), "phone": written})
        assert [row["kind"] for row in answer.json()["consents"]] == ["objection", "given"]
        assert all(row["recordedBy"].startswith("key:") for row in answer.json()["consents"])


def test_a_client_is_erased_and_nothing_of_the_number_is_logged(
    service: Client, made: Promotion, queue: object, caplog: pytest.LogCaptureFixture
) -> None:
    made.run("update contacts set phone = %s where id = %s", PHONE, made.contacts[0])
    campaign = made.campaign("done", 1)
    made.settle(campaign, 0, phone_key="551187654321", phone=PHONE, status="sent")
    path = {"organizationId": str(made.organization), "phone": PHONE}
    with caplog.at_level(logging.DEBUG, logger="proactive"):
        answer = service.send("DELETE", "/people", params=path)
        refused = service.send("DELETE", "/people", params=path | {"phone": "119876543210000"})
    assert (answer.status_code, answer.json()) == (200, {"erased": 1, "open": 0})
    problem = assert_problem(refused, 422)
    assert PHONE not in caplog.text and "9876543210" not in caplog.text + str(problem)
    (row,) = service.get(f"/campaigns/{campaign}/recipients").json()["recipients"]
    assert [row[name] for name in ("name", "phone", "text", "contactId", "pets")] == [None, None, None, None, []]
    assert row["status"] == "sent"


@pytest.mark.parametrize(
    "query", ["", "?phone=", "?phone=x", "?phone=%00", f"?phone={PHONE}&x=1", "?phone=" + "1" * 3000]
)
def test_a_query_without_one_number_is_refused(service: Client, made: Promotion, query: str) -> None:
    mark = "&" if query else "?"
    for method, path in (("GET", "/consents"), ("DELETE", "/people")):
        assert_problem(service.send(method, f"{path}{query}{mark}organizationId={made.organization}"), 422)
