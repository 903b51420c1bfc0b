"""/campanhas: what is on its way, what is missing before anything may be sent, and whose it is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest
from psycopg.types.json import Jsonb

from sandbox.stack import LocalStack
from tests.support.browsing import Look, findings
from tests.support.promoting import Promotion, make_promotion, with_everything
from tests.support.shops import Shop

Visitor = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def promotion(stack: LocalStack) -> Promotion:
    return with_everything(make_promotion(stack, "Patas & Cia"))


@pytest.mark.parametrize("how", ["desk", "phone"])
def test_the_page_is_accessible_and_fits(look: Look, promotion: Promotion, theirs: Shop, how: str) -> None:
    for shop in (promotion.shop, theirs):
        looker = look(shop, width=390 if how == "phone" else 1280, dark=how == "phone")
        looker.go("/campanhas")
        assert findings(looker) == [] and looker.complaints == []
        assert looker.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_each_state_is_said_and_filtered(visitor: Visitor, promotion: Promotion) -> None:
    client = visitor(promotion.shop)
    page = client.get("/campanhas").text
    for words in ("Enviando: 8 de 14", "Espera o seu sim para 12 clientes", "muitos pediram para sair", "5 de 5",
                  "Cancelada", "Tudo pronto", "18 <span", "de 60"):  # fmt: skip
        assert words in page, words
    for group, states in (("live", {"running", "paused"}), ("waiting", {"previewed"}), ("over", {"done", "declined"})):
        found = client.get("/campanhas", params={"situacao": group}).text
        ids = set(re.findall(r'href="/campanhas/([0-9a-f-]{36})"', found))
        assert ids == {str(promotion.campaigns[state]) for state in states}, group


def test_a_shop_that_never_sent_is_told_what_is_missing(visitor: Visitor, theirs: Shop) -> None:
    page = visitor(theirs).get("/campanhas").text
    assert "Antes de enviar" in page and "Aceitar agora" in page and "Nenhuma campanha ainda" in page
    assert "até lá nenhum cliente recebe nada" in page


def test_nobody_sees_anothers_campaigns(visitor: Visitor, promotion: Promotion, theirs: Shop) -> None:
    assert "Enviando" not in visitor(theirs).get("/campanhas").text
    named = {"organizacao": str(promotion.organization)}
    assert visitor(theirs).get("/campanhas", params=named).status_code == 403
    assert "Enviando: 8 de 14" in visitor(None).get("/campanhas", params=named).text
    assert "Antes de enviar" not in visitor(None).get("/campanhas").text
    assert visitor(anonymous=True).get("/campanhas").status_code == 303


def test_more_than_a_page_is_paged(visitor: Visitor, stack: LocalStack) -> None:
    made = make_promotion(stack, "Muitas", clients=0)
    for _ in range(25):
        made.campaign("declined")
    made.connection.close()
    client, seen, path = visitor(made.shop), [], "/campanhas"
    while path:
        page = client.get(path).text
        seen += re.findall(r'<h2><a href="/campanhas/([0-9a-f-]{36})"', page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        path = older[1].replace("&amp;", "&") if older else ""
    assert len(seen) == len(set(seen)) == 25


def test_what_aurora_offered_is_taken_up_on_the_page(visitor: Visitor, stack: LocalStack, theirs: Shop) -> None:
    """An owner whose phone is the shop's own cannot answer on WhatsApp."""
    made = make_promotion(stack, "Número da Loja", clients=3)
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    made.run(
        "insert into aurora_proactive_messages (id, organization_id, owner_number_id, message_type, content,"
        " scheduled_for, status, sent_at, created_at, metadata) values (%s, %s, %s, 'inactive_clients', %s, %s, 'sent',"
        " %s, %s, %s)",
        uuid4(), made.organization, made.shop.owner, 'Sumidos: 3. "Sentimos muito a sua falta!" Crio?', now, now, now,
        Jsonb({"occurrence": str(now.date()), "facts": {"date": str(now.date()), "days": 30}}),
    )  # fmt: skip
    client = visitor(made.shop)
    page = client.get("/campanhas").text
    assert "Sugestões da Aurora" in page and "20% de desconto no próximo banho" in page
    action = re.findall(r'action="(/campanhas/ofertas/[0-9a-f-]{36})"', page)[0]
    csrf = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    assert client.post(action, data={"csrf": "x"}).status_code == 403
    stranger = visitor(theirs)
    theirs_csrf = re.findall(r'name="csrf" value="([^"]+)"', stranger.get("/campanhas").text)[0]
    assert stranger.post(action, data={"csrf": theirs_csrf}).status_code == 404
    taken = client.post(action, data={"csrf": csrf})
    assert taken.status_code == 303 and taken.headers["location"].endswith("/mudar")
    form = client.get(taken.headers["location"]).text
    assert "Montar a prévia" in form and "20% de desconto no próximo banho" in form
    assert client.post(action, data={"csrf": csrf}).headers["location"] == taken.headers["location"][: -len("/mudar")]
    fields = {"csrf": csrf, "revisao": "0", "texto": "Sentimos a sua falta por aqui!", "acao": "criar"}
    assert client.post(taken.headers["location"], data=fields).status_code == 303
    page = client.get("/campanhas").text
    assert "Sugestões da Aurora" not in page and "Espera o seu sim para 3 clientes" in page
    made.connection.close()
