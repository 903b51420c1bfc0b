"""Finding messages by the beginning of their number, however short it is."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import expect

from proactive.app import Application
from sandbox.stack import LocalStack
from tests.support.browsing import Look
from tests.support.shops import Shop, make_shop


@pytest.fixture(scope="module")
def mine(stack: LocalStack) -> Shop:
    """A shop that no other module's processes have emptied."""
    return make_shop(stack, "Achados & Perdidos")


@pytest.mark.parametrize("digits", [1, 2, 3, 9, 36])
def test_a_beginning_finds_every_message_of_ones_own_that_begins_so(
    visitor: Callable[..., httpx.Client], mine: Shop, theirs: Shop, digits: int
) -> None:
    everything = [str(message) for message in mine.messages["sent"] + mine.messages["failed"]]
    beginning = everything[0][:digits]
    page = visitor(mine).get("/mensagens", params={"id": beginning.upper()}).text
    found = re.findall(r'href="/mensagens/([0-9a-f-]{36})"', page)
    assert sorted(found) == sorted(message for message in everything if message.startswith(beginning))


def test_a_gateways_number_finds_its_message(visitor: Callable[..., httpx.Client], mine: Shop) -> None:
    message = mine.messages["sent"][0]
    page = visitor(mine).get("/mensagens", params={"id": f"3EB0{message.hex[:16].upper()}"}).text
    assert re.findall(r'href="/mensagens/([0-9a-f-]{36})"', page) == [str(message)]


def test_messages_are_filtered_and_paged_to_the_last_one(look: Look, ours: Shop) -> None:
    looker, everything = look(ours), set(ours.messages["sent"] + ours.messages["failed"])
    seen: list[str] = []
    looker.go("/mensagens")
    while True:
        links = looker.page.locator("table.list a").evaluate_all("all => all.map(one => one.pathname)")
        seen += [link.rpartition("/")[2] for link in links]
        older = looker.page.get_by_role("link", name="Mais antigas")
        if not older.count():
            break
        older.click()
    assert len(seen) == len(set(seen)) == len(everything)
    assert set(seen) == {str(message) for message in everything}
    looker.go("/mensagens")
    looker.page.get_by_label("Situação").select_option("failed")
    looker.page.get_by_role("button", name="Filtrar").click()
    expect(looker.page.locator("table.list tbody tr")).to_have_count(len(ours.messages["failed"]))
    looker.go("/mensagens")
    looker.page.get_by_text("Mais filtros").click()
    looker.page.get_by_role("searchbox", name="Número da mensagem").fill(str(ours.messages["sent"][3])[:13])
    looker.page.keyboard.press("Enter")
    expect(looker.page.locator("table.list tbody tr")).to_have_count(1)


def test_a_failed_message_is_sent_again(look: Look, stack: LocalStack, application: Application) -> None:
    shop = make_shop(stack, "Reenvio", days=4)
    looker, failed = look(shop), shop.messages["failed"][-1]
    looker.go(f"/mensagens/{failed}")
    expect(looker.page.get_by_text("o estado da instância é qr_pending")).to_be_visible()
    expect(looker.page.get_by_text("O que fazer: Conecte a instância")).to_be_visible()
    looker.page.get_by_role("button", name="Reenviar").click()
    expect(looker.page.get_by_role("status")).to_be_visible()
    expect(looker.page.locator("h1 .badge")).to_have_text("Pendente")
    assert application.queue.count == 1
    expect(looker.page.get_by_role("button", name="Reenviar")).to_have_count(0)
