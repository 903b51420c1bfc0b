"""Opt-outs through the API: by hand, confirmed, ended, and whole lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

import pytest

from sandbox.stack import LocalStack
from tests.support.promoting import Promotion, make_promotion
from tests.web.conftest import Client, assert_problem

PHONE, KEY = "(11) 98765-4321", "551187654321"


@pytest.fixture(scope="module")
def made(stack: LocalStack) -> Iterator[Promotion]:
    promotion = make_promotion(stack, "Patas & Cia", clients=2)
    yield promotion
    promotion.connection.close()


@pytest.fixture
def clean(made: Promotion, queue: object) -> Promotion:
    made.run("truncate aurora_proactive_opt_outs")
    return made


def listed(service: Client, made: Promotion, query: str = "") -> list[tuple[str, str]]:
    rows = service.get(f"/opt-outs?organizationId={made.organization}{query}").json()["optOuts"]
    return [(row["kind"], row["level"]) for row in rows]


def imported(service: Client, made: Promotion, data: bytes, content_type: str = "text/csv") -> dict[str, object]:
    path = f"/opt-outs/import?organizationId={made.organization}&name=Procon"
    answer = service.send("POST", path, content=data, headers={"content-type": content_type})
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_a_number_is_out_until_somebody_ends_it(service: Client, clean: Promotion) -> None:
    body = {"organizationId": str(clean.organization), "phone": PHONE, "note": "pediu no balcão"}
    answer = service.post("/opt-outs", body)
    assert answer.status_code == 201 and "8765" not in answer.text and answer.json()["phone"].endswith("4321")
    assert service.post("/opt-outs", body).json() == answer.json()
    path = f"/opt-outs?id={answer.json()['id']}&organizationId={clean.organization}"
    assert service.send("DELETE", path).status_code == 204
    assert_problem(service.send("DELETE", path), 404)
    assert listed(service, clean) == []


def test_a_probable_one_is_confirmed_and_no_other(service: Client, clean: Promotion) -> None:
    clean.opt_out(KEY, "probable", until=dt.datetime.now(dt.UTC) + dt.timedelta(days=90))
    clean.opt_out(f"contact:{clean.contacts[0]}", "luto", contact=clean.contacts[0])
    rows = service.get(f"/opt-outs?organizationId={clean.organization}").json()
    assert rows["counts"] == {"probable": 1, "luto": 1}
    ids = {row["level"]: row["id"] for row in rows["optOuts"]}
    for _ in range(2):
        answer = service.post(f"/opt-outs/{ids['probable']}/confirm?organizationId={clean.organization}")
        assert (answer.status_code, answer.json()["level"], answer.json()["until"]) == (200, "sure", None)
    assert_problem(service.post(f"/opt-outs/{ids['luto']}/confirm?organizationId={clean.organization}"), 409)
    assert service.send("DELETE", f"/opt-outs?id={ids['luto']}&organizationId={clean.organization}").status_code == 204
    assert listed(service, clean) == [("phone", "sure")]


def test_a_list_is_imported_and_its_odd_lines_are_named(service: Client, clean: Promotion) -> None:
    data = "Telefone;Nome\n11987654321;Ana\nxxx;Bia\n(11) 3333-4444;Caio\n11987654321;Ana\n".encode("utf-8-sig")
    assert imported(service, clean, data) == {
        "lines": 4, "numbers": 2, "added": 2, "oddLines": [3], "oddNumber": 1,
    }  # fmt: skip
    assert imported(service, clean, data)["added"] == 0
    assert listed(service, clean, "&level=block_list") == [("phone", "block_list")] * 2


def test_thousands_of_lines_are_one_call(service: Client, clean: Promotion) -> None:
    data = "\n".join(f"119{6_000_0000 + number}" for number in range(50_000)).encode()
    assert imported(service, clean, data, "text/plain; charset=utf-8")["added"] == 50_000
    page = service.get(f"/opt-outs?organizationId={clean.organization}&limit=3").json()
    assert page["counts"] == {"block_list": 50_000} and page["nextCursor"]
    second = service.get(f"/opt-outs?organizationId={clean.organization}&limit=3&cursor={page['nextCursor']}").json()
    assert not {row["id"] for row in page["optOuts"]} & {row["id"] for row in second["optOuts"]}


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (b"", "text/csv", 422),
        (b"abc", "text/csv", 422),
        (b"\x00\x00", "text/csv", 422),
        (b"\xff\xfe\x00", "text/csv", 422),
        (b"PK\x03\x04\x00", "text/csv", 422),
        (b"11987654321", "application/json", 415),
        (b"11987654321", "", 415),
        (b"11987654321", "multipart/form-data", 415),
        (b"11987654321\n" * 100_000, "text/csv", 413),
    ],
    ids=lambda each: None if not isinstance(each, bytes) else str(len(each)),
)
def test_what_is_no_list_is_refused_whole(
    service: Client, clean: Promotion, data: bytes, content_type: str, status: int
) -> None:
    path = f"/opt-outs/import?organizationId={clean.organization}"
    assert_problem(service.send("POST", path, content=data, headers={"content-type": content_type}), status)
    assert listed(service, clean) == []


@pytest.mark.parametrize("phone", ["", "123", "abc", "0800 123 4567", "x" * 41, None, 11987654321, "1\x00"])
def test_what_is_no_number_is_refused(service: Client, clean: Promotion, phone: object) -> None:
    body = {"organizationId": str(clean.organization), "phone": phone}
    answer = assert_problem(service.post("/opt-outs", body), 422)
    assert str(phone) not in answer["detail"] or not phone
    assert_problem(service.post("/consents", body | {"evidence": "ficha"}), 422)


@pytest.mark.parametrize("id_", [str(UUID(int=7)), "x", "%00", KEY, "１" * 36])
def test_an_odd_id_is_nobodys(service: Client, clean: Promotion, id_: str) -> None:
    for method, path in (("DELETE", f"/opt-outs?id={id_}&"), ("POST", f"/opt-outs/{id_}/confirm?")):
        answer = service.send(method, f"{path}organizationId={clean.organization}")
        assert answer.status_code in (404, 422), answer.text
