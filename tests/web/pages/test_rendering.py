"""The pages in a real browser: on a desk and on a phone, light and dark, and with hostile names.

AURORA_SCREENSHOTS=1 also writes what the README shows to docs/images.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
import pytest
from playwright.sync_api import expect
from psycopg.types.json import Jsonb

from proactive.model.occurrence import Occurrence
from proactive.model.recipient import Recipient
from sandbox.stack import LocalStack
from tests.support.browsing import CHECKED, HOSTILE, LOOKS, Look, Looker, findings
from tests.support.shops import Shop, make_shop

IMAGES = Path(__file__).parents[3] / "docs" / "images"
#: What the README shows.
SHOWN = {
    ("painel", "desk"): "painel", ("painel", "desk-dark"): "painel-escuro", ("painel", "phone"): "painel-telefone",
    ("mensagens-mensagem", "desk"): "mensagens-uma", ("mensagens", "phone"): "mensagens-telefone",
}  # fmt: skip


def summary_of(shop: Shop) -> UUID:
    """The daily summary of two days ago, or the nearest one before."""
    days = (dt.datetime.now(dt.UTC).date() - dt.timedelta(days=back) for back in range(2, 30))
    ids = (Occurrence(shop.organization, Recipient.owner(shop.owner), "daily_summary", str(day)).id for day in days)
    return next(message for message in ids if message in shop.messages["sent"])


def keep(looker: Looker, name: str, *, whole: bool = False) -> None:
    if os.environ.get("AURORA_SCREENSHOTS"):
        looker.page.screenshot(path=IMAGES / f"{name}.png", full_page=whole)


@pytest.mark.parametrize("how", LOOKS)
def test_every_page_is_accessible_and_fits(look: Look, stack: LocalStack, ours: Shop, theirs: Shop, how: str) -> None:
    if os.environ.get("AURORA_SCREENSHOTS") and how == "desk":
        for number, name in enumerate(("Au Au Banho", "Clínica VetVida", "Mundo Pet", "Amigo Fiel", "Pet Feliz")):
            make_shop(stack, name, days=70 - 5 * number)
    looker = look(**LOOKS[how])
    paths = {
        "painel": "/painel", "mensagens": "/mensagens", "mensagens-mensagem": f"/mensagens/{summary_of(ours)}",
        "mensagens-falha": f"/mensagens/{ours.messages['failed'][0]}", "problema": "/mensagens?de=x",
    }  # fmt: skip
    for name, path in paths.items():
        looker.go(path)
        if how in CHECKED:
            assert findings(looker) == [], name
        wide = looker.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, name
        if (name, how) in SHOWN:
            keep(looker, SHOWN[name, how], whole=how != "phone")
    assert [said for said in looker.complaints if "422" not in said] == []


def test_dark_is_dark(look: Look) -> None:
    def brightness(dark: bool) -> int:
        looker = look(dark=dark)
        looker.go("/painel")
        rgb = looker.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in rgb.removeprefix("rgb(").removesuffix(")").split(","))

    assert brightness(dark=True) < 150 < 600 < brightness(dark=False)


def test_nothing_from_the_data_is_ever_markup(look: Look, stack: LocalStack) -> None:
    hostile = make_shop(stack, HOSTILE, HOSTILE, days=2)
    message = hostile.messages["failed"][0]
    metadata: dict[str, object] = dict.fromkeys(("fallback", "occurrence", "composer", "job_id"), HOSTILE)
    metadata |= {"facts": {HOSTILE: HOSTILE, "reasons": [HOSTILE], "revenue": HOSTILE}, "receipts": {"error": HOSTILE}}
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            "update aurora_proactive_messages set content = %s, error_message = %s, status = 'failed', metadata = %s"
            " where id = %s",
            [HOSTILE, HOSTILE, Jsonb(metadata), message],
        )
        connection.execute("select aurora_proactive_pause(%s, null, %s)", [hostile.organization, HOSTILE])
    looker = look()
    for path in ("/painel", f"/painel?organizacao={hostile.organization}", "/mensagens",
                 f"/mensagens?organizacao={hostile.organization}", f"/mensagens/{message}"):  # fmt: skip
        looker.go(path)
        assert looker.page.title() != "taken"
        assert looker.page.locator("img[onerror], script:not([src])").count() == 0
    expect(looker.page.locator(".bubble")).to_have_text(HOSTILE)
    assert looker.complaints == []
    with psycopg.connect(stack.dsn) as connection:
        connection.execute("select aurora_proactive_resume(%s, null)", [hostile.organization])
        connection.execute("update organizations set name = 'Bom nome' where id = %s", [hostile.organization])


def test_no_page_calls_another_host(look: Look, address: str) -> None:
    looker, asked = look(), set()
    looker.page.on("request", lambda request: asked.add(httpx.URL(request.url).netloc.decode()))
    for path in ("/painel", "/mensagens", "/fila", "/rq/"):
        looker.go(path)
    assert asked == {address.removeprefix("http://")}
