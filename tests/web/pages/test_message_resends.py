"""Sending failed messages again: those that were ticked, or all that a search finds, and following them."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import httpx
import psycopg
import pytest
from playwright.sync_api import expect
from psycopg.types.json import Jsonb

from proactive.app import Application
from sandbox.stack import LocalStack
from tests.support.browsing import CHECKED, LOOKS, Look, findings
from tests.support.shops import FAILURE, Shop, make_shop
from tests.web.pages.test_scope import csrf_of

Visitor = Callable[..., httpx.Client]


@pytest.fixture
def shop(stack: LocalStack) -> Shop:
    """A shop whose forty newest messages failed, because its instance was away."""
    shop = make_shop(stack, f"Reenvios {uuid4().hex[:6]}", days=14)
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            """update aurora_proactive_messages set status = 'failed', sent_at = null, error_message = %s,
                      metadata = metadata || %s
                where id in (select id from aurora_proactive_messages where organization_id = %s and status = 'sent'
                              order by created_at desc limit 40)""",
            [FAILURE.text, Jsonb({"failure": FAILURE.as_json()}), shop.organization],
        )
    return shop


def failed_in(stack: LocalStack, shop: Shop) -> set[str]:
    with psycopg.connect(stack.dsn) as connection:
        rows = connection.execute(
            "select id from aurora_proactive_messages where organization_id = %s and status = 'failed'",
            [shop.organization],
        ).fetchall()
    return {str(row[0]) for row in rows}


def test_all_that_a_search_finds_are_sent_again_in_four_steps_and_followed_to_their_end(
    look: Look, shop: Shop, stack: LocalStack, application: Application
) -> None:
    before = sorted(failed_in(stack, shop))
    number = len(before)
    assert number >= 40
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            """update aurora_proactive_messages set metadata = jsonb_set(metadata, '{failure,code}',
                 '"delivery_unknown_not_shown"') where id = %s""",
            [before[0]],
        )
    looker = look(shop)
    looker.go("/mensagens?situacao=failed")
    page = looker.page
    page.get_by_text(f"Reenviar todas as {number - 1}").click()
    expect(page.get_by_text("1 fica de fora")).to_be_visible()
    page.get_by_role("button", name=f"Sim, reenviar {number - 1}").click()
    expect(page.get_by_role("heading", name="Reenvio")).to_be_visible()
    assert application.queue.count == number - 1
    assert failed_in(stack, shop) == {before[0]}
    expect(page.get_by_role("status")).to_contain_text("se atualiza sozinha")
    expect(page.get_by_text("espera a vez na fila")).to_have_count(number - 1)
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            "update aurora_proactive_messages set status = 'sent', sent_at = now() where organization_id = %s",
            [shop.organization],
        )
    expect(page.get_by_role("status")).to_have_text("Terminou.", timeout=9000)
    assert looker.complaints == []


def test_ticked_ones_are_sent_again_and_no_others(look: Look, shop: Shop, stack: LocalStack) -> None:
    looker, before = look(shop), failed_in(stack, shop)
    looker.go("/mensagens?situacao=failed")
    page = looker.page
    boxes = page.locator('input[name="mensagem"]')
    chosen = {boxes.nth(place).get_attribute("value") for place in (0, 1)}
    for place in (0, 1):
        boxes.nth(place).check()
    page.get_by_text("Reenviar as marcadas (2)").click()
    page.get_by_role("button", name="Sim, reenviar as marcadas").click()
    expect(page.get_by_role("heading", name="Reenvio")).to_be_visible()
    assert before - failed_in(stack, shop) == chosen


def test_nobody_resends_what_is_anothers_and_what_has_not_failed_is_said(
    visitor: Visitor, shop: Shop, theirs: Shop, stack: LocalStack
) -> None:
    client, before = visitor(shop), failed_in(stack, theirs)
    csrf = csrf_of(client.get("/mensagens"))
    failed, sent = failed_in(stack, shop), {str(one) for one in shop.messages["sent"]}
    ids = [str(theirs.messages["failed"][0]), min(sent - failed), min(failed)]
    answer = client.post("/mensagens/reenviar", data={"csrf": csrf, "mensagem": ids})
    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    assert "1 não voltou à fila" in page
    assert set(re.findall(r'href="/mensagens/([0-9a-f-]{36})"', page)) == set(ids[1:])
    assert failed_in(stack, theirs) == before
    assert visitor(theirs).get(answer.headers["location"]).status_code == 404
    assert visitor().get(f"{answer.headers['location']}/parte").status_code == 200


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [("reenviar", {}, 422), ("reenviar", {"mensagem": "x"}, 400), ("reenviar-todas", {"vistas": "x"}, 422),
     ("reenviar-todas", {"vistas": "1", "situacao": "lost"}, 422), ("reenviar-todas", {"vistas": "0"}, 409)],
)  # fmt: skip
def test_what_was_not_seen_is_not_sent(
    visitor: Visitor, shop: Shop, stack: LocalStack, path: str, form: dict[str, str], status: int
) -> None:
    client, before = visitor(shop), failed_in(stack, shop)
    answer = client.post(f"/mensagens/{path}", data={"csrf": csrf_of(client.get("/mensagens")), **form})
    assert answer.status_code == status
    assert failed_in(stack, shop) == before


@pytest.mark.parametrize("how", CHECKED)
def test_the_pages_of_failures_are_accessible_and_fit(look: Look, shop: Shop, how: str) -> None:
    looker = look(shop, **LOOKS[how])
    looker.go("/mensagens?situacao=failed")
    looker.page.get_by_text("Mais filtros").click()
    for label in ("Reenviar todas", "Reenviar as marcadas"):
        looker.page.get_by_text(label, exact=False).first.click()
    assert findings(looker) == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert looker.page.evaluate(wide) <= 0
    looker.page.get_by_role("button", name="Sim, reenviar", exact=False).first.click()
    expect(looker.page.get_by_role("heading", name="Reenvio")).to_be_visible()
    assert findings(looker) == []
    assert looker.page.evaluate(wide) <= 0
    assert looker.complaints == []
