"""A shop is set up from nothing on a phone: holidays, a closed day, its own greeting, its hour."""

from __future__ import annotations

import re
from typing import Any

import psycopg
from playwright.sync_api import Locator, expect

from sandbox.stack import LocalStack
from tests.support.browsing import PHONE, Look
from tests.support.calendars import add_holiday, ahead, changes_of, open_every_day, said_of
from tests.support.shops import make_shop

#: A tap every eight seconds, to look and to think, is well under two minutes.
MOST_TAPS = 14


def test_a_shop_is_set_up_from_nothing(look: Look, stack: LocalStack, database: psycopg.Connection[Any]) -> None:
    shop = make_shop(stack, "Bicho Novo", days=0)
    open_every_day(database, shop.organization)
    add_holiday(database, ahead(20), "dia-nosso", "Dia Nosso")
    looker, taps = look(shop, width=PHONE), 0
    page = looker.page

    def tap(what: Locator) -> None:
        nonlocal taps
        what.click()
        taps += 1

    def fits() -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))

    menu = page.get_by_role("navigation", name="Páginas")
    looker.go("/painel")
    # the menu takes the width of the screen, not a column beside the brand
    box = menu.bounding_box()
    assert box is not None and box["width"] > PHONE * 0.8 and box["height"] < PHONE / 2
    tap(menu.get_by_role("link", name="Calendário"))
    tap(page.get_by_role("button", name="Sim, seguir"))
    expect(page.get_by_text("Dia Nosso (feriado nacional)")).to_be_visible()
    assert fits()
    tap(page.locator(f"table a[data-day='{ahead(5)}']"))
    tap(page.locator("#folha").get_by_role("button", name="Fechado"))
    expect(page.get_by_role("status")).to_contain_text("fechado")

    tap(menu.get_by_role("link", name="Horários"))
    page.get_by_label("Horário de Resumo do dia").select_option("20:00")
    tap(page.get_by_role("button", name="Guardar horário de Resumo do dia"))
    expect(page.get_by_role("status")).to_contain_text("Resumo do dia às 20:00")
    assert fits()

    tap(menu.get_by_role("link", name="Textos"))
    tap(page.get_by_role("link", name=re.compile("Resumo do dia")))
    page.get_by_label("Saudação").fill("Oi, chefe!")
    tap(page.locator("summary", has_text="Publicar"))
    tap(page.get_by_role("button", name="Sim, publicar"))
    expect(page.get_by_text("Publicado. A partir de agora")).to_be_visible()
    assert fits()

    assert taps <= MOST_TAPS and looker.complaints == []
    assert [row[:3] for row in said_of(database, shop.organization)] == [(ahead(5), ahead(5), "closed")]
    log = changes_of(database, shop.organization)
    assert {change[:2] for change in log} == {("user:test", "page")}
    done = {change[2] for change in log}
    assert {"place_confirmed", "day_closed", "send_time_changed", "words_published"} <= done
