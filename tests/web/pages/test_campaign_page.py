"""/campanhas/{id}: who receives it and who does not, who said yes, what came of it, and as a table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest
from psycopg.types.json import Jsonb

from sandbox.stack import LocalStack
from tests.support.browsing import HOSTILE, Look, findings
from tests.support.promoting import Promotion, make_promotion, with_everything
from tests.support.shops import Shop

Visitor = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def promotion(stack: LocalStack) -> Promotion:
    return with_everything(make_promotion(stack, "Patas & Cia"))


@pytest.mark.parametrize("how", ["desk", "phone"])
def test_the_page_is_accessible_and_fits(look: Look, promotion: Promotion, how: str) -> None:
    looker = look(promotion.shop, width=390 if how == "phone" else 1280, dark=how == "phone")
    for status in ("running", "previewed", "declined"):
        looker.go(f"/campanhas/{promotion.campaigns[status]}")
        for step in looker.page.locator("details.step summary").all():
            step.click()
        assert findings(looker) == [] and looker.complaints == [], status
        assert looker.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_it_says_who_receives_what_and_who_said_yes(visitor: Visitor, promotion: Promotion) -> None:
    page = visitor(promotion.shop).get(f"/campanhas/{promotion.campaigns['running']}").text
    for words in ("Helena", "pelo WhatsApp", "um sim claro", "LIA-2026-01", "Legítimo interesse", "já agendou",
                  "o número não está no WhatsApp", "pediram para não receber", "Recusada pelo WhatsApp", "Pausar",
                  "Encerrar", "Baixar relatório (CSV)"):  # fmt: skip
        assert words in page, words
    assert page.count("Não quer receber promoções? Responda SAIR.") == 3 == page.count('class="example"')
    assert "Confirmar" not in page
    for place in range(14):
        assert promotion.key(place) not in page and promotion.key(place)[2:] not in page


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        ("previewed", {"confirmar", "cancelar"}),
        ("running", {"pausar", "encerrar"}),
        ("paused", {"continuar", "pausar", "encerrar"}),
        ("done", set()),
        ("declined", set()),
    ],
)
def test_each_state_has_its_buttons(visitor: Visitor, promotion: Promotion, status: str, buttons: set[str]) -> None:
    campaign = promotion.campaigns[status]
    page = visitor(promotion.shop).get(f"/campanhas/{campaign}").text
    assert set(re.findall(rf'action="/campanhas/{campaign}/(\w+)"', page)) == buttons
    assert ("/mudar" in page) == (status == "previewed")


def test_recipients_are_filtered(visitor: Visitor, promotion: Promotion) -> None:
    client, path = visitor(promotion.shop), f"/campanhas/{promotion.campaigns['running']}"

    def names(**wanted: str) -> list[str]:
        page = client.get(path, params=wanted).text
        return re.findall(r'data-label="Cliente" class="name"><span>([^<]+?) <', page)

    assert names(situacao="skipped") == ["Gustavo Prado"] == names(motivo="already_booked")
    assert names(situacao="failed") == ["Helena Martins"]
    assert names(entrega="refused") == ["Daniela Rocha"]
    assert names(situacao="skipped", entrega="read") == []
    assert len(names(situacao="pending")) == 4
    assert client.get(path, params={"situacao": "x"}).status_code == 422


def test_the_report_is_a_table_without_numbers_and_formulas(visitor: Visitor, stack: LocalStack) -> None:
    made = make_promotion(stack, "Planilha", clients=5)
    campaign = made.campaign("done", 5)
    made.sent(campaign, range(4))
    made.settle(campaign, 4, status="skipped", reason="opted_out")
    for place, name in enumerate(('=HYPERLINK("http://x")', "+55", "-1", "@SUM(A1)")):
        made.run("update contacts set name = %s where id = %s", name, made.contacts[place])
    answer = visitor(made.shop).get(f"/campanhas/{campaign}/destinatarios.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8" and answer.text.startswith("\ufeff")
    assert f"campanha-{campaign}.csv" in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0][:4] == ["Cliente", "Pets", "Telefone", "Situação"] and len(rows) == 6
    assert [row[0] for row in rows[1:5]] == ['\'=HYPERLINK("http://x")', "'+55", "'-1", "'@SUM(A1)"]
    assert rows[5][3:5] == ["Não enviada", "pediu para não receber"]
    assert {row[6] for row in rows[1:5]} == {"Aceita", "A caminho", "Entregue", "Lida"}
    assert all(made.key(place)[2:] not in answer.text for place in range(5))
    made.connection.close()


def test_nobody_sees_anothers_campaign(visitor: Visitor, promotion: Promotion, theirs: Shop) -> None:
    path = f"/campanhas/{promotion.campaigns['running']}"
    for where in (path, f"{path}/destinatarios.csv", f"{path}/mudar", f"/campanhas/{uuid4()}"):
        answer = visitor(theirs).get(where)
        assert answer.status_code == 404 and "Maria" not in answer.text, where
    assert visitor(None).get(path).status_code == 200
    assert visitor(anonymous=True).get(path).status_code == 303


def test_nothing_of_a_campaign_is_ever_markup(visitor: Visitor, stack: LocalStack) -> None:
    made = make_promotion(stack, HOSTILE, owner=HOSTILE, clients=2)
    campaign = made.campaign(
        "running", 2, "custom_campaign", audience=Jsonb({"campaign_type": HOSTILE}), basis_reference=HOSTILE,
        left_out=Jsonb({HOSTILE: 3}), confirmation=Jsonb({"via": HOSTILE, "heard": HOSTILE}),
    )  # fmt: skip
    made.settle(campaign, 0, content=HOSTILE)
    made.settle(campaign, 1, status="skipped", reason=HOSTILE)
    made.run("update contacts set name = %s where organization_id = %s", HOSTILE, made.organization)
    for path in ("/campanhas", f"/campanhas/{campaign}"):
        page = visitor(made.shop).get(path)
        assert page.status_code == 200 and "<script>document" not in page.text and "<img src=x" not in page.text
    made.connection.close()
