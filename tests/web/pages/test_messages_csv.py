"""What the list of messages shows, as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import httpx
import pytest

from proactive.web.pages import messages, messages_csv
from sandbox.stack import LocalStack
from tests.support.shops import Shop, make_shop

Visitor = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def shop(stack: LocalStack) -> Shop:
    return make_shop(stack, "=HYPERLINK(1)", "+55 Rui", days=6)


def table(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))


def test_the_table_has_what_the_filters_find_and_no_formula_and_no_number(visitor: Visitor, shop: Shop) -> None:
    client = visitor(shop)
    lines = table(client.get("/mensagens.csv"))
    assert {line["Número"] for line in lines} == {
        str(one) for one in (*shop.messages["sent"], *shop.messages["failed"])
    }
    assert {(line["Organização"], line["Dono"], line["Telefone"]) for line in lines} == {
        ("'=HYPERLINK(1)", "'+55 Rui", "(11) •••• 4321")
    }
    failed = table(client.get("/mensagens.csv?situacao=failed"))
    assert {line["Número"] for line in failed} == {str(one) for one in shop.messages["failed"]}
    assert {line["Código do motivo"] for line in failed} == {"instance_disconnected"}
    assert all(line["O que fazer"].startswith("Conecte a instância") for line in failed)


def test_every_page_is_in_it_and_a_table_that_is_cut_says_so(
    visitor: Visitor, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "AT_ONCE", 3)
    number = len(shop.messages["sent"]) + len(shop.messages["failed"])
    assert len(table(visitor(shop).get("/mensagens.csv"))) == number
    monkeypatch.setattr(messages, "LONGEST", 6)
    answer = visitor(shop).get("/mensagens.csv")
    assert answer.text.endswith(messages_csv.csv_cut())
    assert len(answer.text.splitlines()) == 1 + 6 + 1


def test_nobody_gets_anothers_table(visitor: Visitor, shop: Shop, theirs: Shop) -> None:
    assert visitor(theirs).get("/mensagens.csv", params={"organizacao": str(shop.organization)}).status_code == 403
    assert not any("HYPERLINK" in line["Organização"] for line in table(visitor(theirs).get("/mensagens.csv")))
