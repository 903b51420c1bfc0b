"""/campanhas/ajustes: the risk in one honest sentence, accepted by somebody with a name, in a minute."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from sandbox.stack import LocalStack
from tests.support.browsing import HOSTILE, Look, findings
from tests.support.promoting import Promotion, make_promotion
from tests.support.shops import Shop

Visitor = Callable[..., httpx.Client]
RISK = "Enviar promoções pelo WhatsApp Web pode fazer o WhatsApp bloquear o número da loja, às vezes para sempre."


@pytest.fixture
def made(stack: LocalStack) -> Iterator[Promotion]:
    """A shop where nobody accepted yet."""
    promotion = make_promotion(stack, "Patas & Cia", clients=1)
    promotion.run("delete from aurora_proactive_campaign_settings where organization_id = %s", promotion.organization)
    yield promotion
    promotion.connection.close()


def kept(made: Promotion) -> dict[str, Any] | None:
    query = "select to_jsonb(s) from aurora_proactive_campaign_settings s where organization_id = %s"
    row = made.connection.execute(query, [made.organization]).fetchone()
    return None if row is None else dict(row[0])


def post(client: httpx.Client, **fields: str) -> httpx.Response:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/campanhas").text)
    assert found is not None
    return client.post("/campanhas/ajustes", data={"csrf": found[1]} | fields)


def filled(**fields: str) -> dict[str, str]:
    given = {"quem": "Ana Souza", "aceito": "sim", "base": "legitimate_interest", "referencia": "LIA 2026-01"}
    return {name: value for name, value in (given | fields).items() if value}


@pytest.mark.parametrize("how", ["desk", "phone"])
def test_the_terms_are_accepted_in_a_minute(look: Look, made: Promotion, how: str) -> None:
    looker = look(made.shop, width=390 if how == "phone" else 1280, dark=how == "phone")
    looker.go("/campanhas")
    looker.page.get_by_role("link", name="Aceitar agora").click()
    expect(looker.page.get_by_text(RISK, exact=True)).to_be_visible()
    looker.page.get_by_label("Seu nome").fill("Ana Souza")
    looker.page.get_by_label("Li o risco").check()
    looker.page.get_by_label("Consentimento").check()
    looker.page.get_by_label("No máximo por dia").fill("30")
    assert findings(looker) == []
    assert looker.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    looker.page.get_by_role("button", name="Aceitar e guardar").click()
    expect(looker.page.get_by_role("status")).to_contain_text("Tudo pronto")
    row = kept(made)
    assert row is not None and looker.complaints == []
    assert (row["accepted_by"], row["legal_basis"], row["recorded_by"]) == ("Ana Souza", "consent", "user:test")
    assert row["daily_caps"] == [20, 30, 30, 30, 30, 30, 30]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"aceito": ""}, "às vezes para sempre"),
        ({"aceito": "talvez"}, "às vezes para sempre"),
        ({"quem": ""}, "Diga quem aceita"),
        ({"base": ""}, "Escolha em qual base legal"),
        ({"base": "contract"}, "Escolha em qual base legal"),
        ({"referencia": ""}, "teste de balanceamento"),
        ({"limite": "0"}, "de 1 a 200"),
        ({"limite": "201"}, "de 1 a 200"),
        ({"limite": "muito"}, "de 1 a 200"),
        ({"desde": "ontem"}, "um dia"),
        ({"desde": "1950-01-01"}, "um dia"),
        ({"desde": "2090-01-01"}, "ainda não chegou"),
        ({"loja": "x" * 61}, "longo demais"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(
    visitor: Visitor, made: Promotion, fields: dict[str, str], words: str
) -> None:
    answer = post(visitor(made.shop), **filled(**fields))
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert words in answer.text.partition('role="alert"')[2].partition("</p>")[0]
    assert kept(made) is None


def test_what_was_accepted_is_shown_and_who_changes_it_accepts_anew(visitor: Visitor, made: Promotion) -> None:
    client = visitor(made.shop)
    assert post(client, **filled(loja="Patas", custo="Não custa nada.", desde="2020-05-01")).status_code == 303
    page = client.get("/campanhas/ajustes").text
    for words in ("Ana Souza", "LIA 2026-01", 'value="Patas"', "Não custa nada.", 'value="2020-05-01"', "Aceito por"):
        assert words in page, words
    assert 'name="aceito" value="sim" required>' in page  # not ticked by itself
    assert post(client, **filled(aceito="", loja="Outra")).status_code == 422
    assert post(client, **filled(quem="Bia", loja="Outra")).status_code == 303
    row = kept(made)
    assert row is not None and (row["accepted_by"], row["business_name"]) == ("Bia", "Outra")
    assert row["history"][0]["accepted_by"] == "Ana Souza"


def test_nobody_accepts_for_another(visitor: Visitor, made: Promotion, theirs: Shop) -> None:
    named = {"organizacao": str(made.organization)}
    assert post(visitor(theirs), **filled(**named)).status_code == 403
    assert visitor(theirs).get("/campanhas/ajustes", params=named).status_code == 403
    assert post(visitor(None), **filled()).status_code == 422
    assert visitor(made.shop).post("/campanhas/ajustes", data=filled()).status_code == 403
    assert kept(made) is None
    assert post(visitor(None), **filled(**named)).status_code == 303


def test_what_somebody_wrote_is_never_markup(visitor: Visitor, made: Promotion) -> None:
    hostile = {"quem": HOSTILE[:80], "referencia": HOSTILE, "loja": HOSTILE[:60], "custo": HOSTILE}
    for fields in (filled(**hostile), filled(**hostile, aceito="")):
        post(visitor(made.shop), **fields)
        page = visitor(made.shop).get("/campanhas/ajustes").text
        assert "<script>document" not in page and "<img src=x" not in page


def test_the_health_of_the_number_is_shown(visitor: Visitor, made: Promotion) -> None:
    client = visitor(made.shop)
    post(client, **filled())
    made.run(
        "insert into aurora_proactive_number_health (instance_name, level, day, sent, sent_cool, paused_until,"
        " pause_cause) select instance_name, 2, current_date, 7, 3, now() + interval '1 day', 'refused'"
        " from whatsapp_instances where organization_id = %s on conflict (instance_name) do update set"
        " level = 2, paused_until = excluded.paused_until, pause_cause = 'refused'",
        made.organization,
    )
    made.run(
        "insert into aurora_proactive_number_events (instance_name, kind) select instance_name, 'trip:refused'"
        " from whatsapp_instances where organization_id = %s",
        made.organization,
    )
    page = client.get("/campanhas/ajustes").text
    assert "Saúde do número" in page and "2 de 7" in page and "Pausas dos últimos 30 dias" in page
    assert "<strong>Campanhas pausadas</strong>" in page and "o WhatsApp limitou o número" in page
