"""The inbox page in a browser: what a message came to, writing as its reader, and getting things wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.gateway.client import Sandbox
from sandbox.gateway.fault_table import FAULTS
from tests.support.browsing import HOSTILE, LOOKS, PHONE, Looker, findings
from tests.support.evolution_client import NUMBER, ask, send
from tests.support.listener import Listener, listening
from tests.support.world import eventually

#: Milliseconds in which a page that asks every second has surely shown what is new, however busy the machine.
expect.set_options(timeout=20_000)
NOW = {"server_ack_after": 0, "delivered_after": 0, "read_after": 0}


@pytest.fixture
def hook(sandbox: Sandbox) -> Iterator[Listener]:
    with listening() as listener:
        sandbox.call(listener.url, "s3cret", "shop")
        yield listener
        ask(sandbox, "POST", "/webhook/set/shop", {"webhook": {"enabled": False, "events": []}})


@pytest.fixture
def inbox(browser: Browser, sandbox: Sandbox, request: pytest.FixtureRequest) -> Iterator[Looker]:
    """The page, on a desk unless a test is told otherwise; a complaint in its console fails the test."""
    look: dict[str, Any] = getattr(request, "param", {})
    context = browser.new_context(
        base_url=sandbox.url,
        viewport={"width": look.get("width", 1280), "height": 844},
        color_scheme="dark" if look.get("dark") else "light",
        locale="pt-BR",
    )
    looker = Looker(context.new_page(), [])
    looker.page.on("console", lambda said: looker.complaints.append(said.text) if said.type == "error" else None)
    looker.page.on("pageerror", lambda error: looker.complaints.append(str(error)))
    looker.go("/")
    yield looker
    assert looker.complaints == []
    context.close()


@pytest.fixture
def page(inbox: Looker) -> Page:
    return inbox.page


@pytest.mark.parametrize(
    ("how", "shown"),
    [
        (None, "✓✓ lida"),
        ("never_delivered", "✓ a caminho"),
        ("never_acknowledged", "✓ aceita"),
        ("error_receipt", "! erro"),
        ("not_kept", "✓ aceita"),
    ],
)
def test_a_message_shows_how_far_it_came(sandbox: Sandbox, page: Page, how: str | None, shown: str) -> None:
    sandbox.set_up(**NOW)
    if how:
        sandbox.misbehave(how, times=1)
    send(sandbox)
    expect(page.locator(".bubble .tick")).to_have_text(shown)


def test_a_receipt_that_comes_late_takes_nothing_back(sandbox: Sandbox, page: Page) -> None:
    sandbox.set_up(server_ack_after=0.5, delivered_after=0, read_after=None)
    send(sandbox)
    expect(page.locator(".bubble .tick")).to_have_text("✓✓ entregue")
    eventually(lambda: len(sandbox.receipts()) == 2, 5, "the late receipt is there")
    for _ in range(2):
        with page.expect_response(lambda answer: "receipts" in answer.url):
            pass
    expect(page.locator(".bubble .tick")).to_have_text("✓✓ entregue")


def test_the_owner_answers_quotes_reacts_and_speaks(sandbox: Sandbox, hook: Listener, page: Page) -> None:
    sandbox.set_up(server_ack_after=None, delivered_after=None)
    sent = send(sandbox, text="Mando os parabéns?").json()["key"]["id"]
    page.get_by_role("button", name="Responder a “Mando os parabéns?”").click()
    expect(page.locator("#quoting")).to_contain_text("Mando os parabéns?")
    page.get_by_label("Resposta do dono").fill("pode")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble.ours")).to_contain_text("pode")
    page.get_by_role("button", name="Reagir com 👍").click()
    expect(page.locator(".reaction:visible")).to_have_text("👍")
    page.get_by_role("button", name="Enviar um áudio").click()
    page.get_by_role("button", name="Enviar uma foto").click()
    expect(page.locator(".bubble.ours")).to_have_count(3)
    told = [body["data"] for body in hook.wait(4, "messages.upsert")]
    kinds = [data["messageType"] for data in told]
    assert sorted(kinds) == ["audioMessage", "conversation", "imageMessage", "reactionMessage"]
    assert told[kinds.index("conversation")]["contextInfo"]["stanzaId"] == sent
    assert told[kinds.index("reactionMessage")]["message"]["reactionMessage"]["key"]["id"] == sent


def test_an_instance_is_disconnected_and_connected_on_the_page(sandbox: Sandbox, hook: Listener, page: Page) -> None:
    row = page.locator(".instance").filter(has_text=re.compile("^shop"))
    page.get_by_role("button", name="Desconectar shop").click()
    expect(row).to_contain_text("desconectado")
    page.get_by_role("button", name="Conectar shop", exact=True).click()
    expect(row).to_contain_text("conectado ·")
    states = [body["data"]["state"] for body in hook.wait(3, "connection.update")]
    assert states[0] == "close"
    assert sorted(states[1:]) == ["connecting", "open"]


def test_every_fault_can_be_chosen_and_taken_back(sandbox: Sandbox, page: Page) -> None:
    page.get_by_role("button", name="Fazer shop falhar").click()
    groups = page.locator("#faults-list section")
    for fault in FAULTS.values():
        group = groups.filter(has=page.get_by_role("heading", name=str(fault.when), exact=True))
        expect(group.get_by_role("button", name=fault.label, exact=True)).to_have_count(1)
    page.get_by_label("em todas as mensagens").check()
    page.get_by_role("button", name="WhatsApp recusa (recibo de erro)").click()
    expect(page.locator(".instance.failing")).to_contain_text("vai falhar: whatsapp recusa")
    [rule] = ask(sandbox, "GET", "/sandbox/misbehave").json()
    assert (rule["how"], rule["instance"], rule["left"]) == ("error_receipt", "shop", None)
    page.get_by_role("button", name="parar de falhar").click()
    expect(page.locator(".instance.failing")).to_have_count(0)
    assert ask(sandbox, "GET", "/sandbox/misbehave").json() == []


def test_the_gateway_is_set_up_on_the_page(sandbox: Sandbox, page: Page) -> None:
    page.get_by_role("button", name="gateway…").click()
    expect(page.locator("#gateway-webhooks")).to_contain_text(re.compile("avisos? entregues?"))
    page.get_by_label("Donos aparecem como").select_option(label="@lid sem o número")
    page.get_by_label("Versão").select_option(label="2.4.0")
    eventually(lambda: _settings(sandbox)["version"] == "2.4.0", 5, "the choice is made")
    assert _settings(sandbox)["addressing"] == "lid_without_alt"


def _settings(sandbox: Sandbox) -> dict[str, Any]:
    settings: dict[str, Any] = ask(sandbox, "GET", "/sandbox/settings").json()
    return settings


def test_nothing_that_anybody_writes_is_taken_for_markup(sandbox: Sandbox, page: Page) -> None:
    title = page.title()
    sent = send(sandbox, text=HOSTILE).json()["key"]["id"]
    sandbox.write("shop", NUMBER, HOSTILE, quote=sent)
    expect(page.locator(".bubble.ours p").last).to_have_text(HOSTILE)
    assert page.title() == title


@pytest.mark.parametrize("inbox", LOOKS.values(), ids=LOOKS.keys(), indirect=True)
def test_the_page_is_usable_by_everybody_in_every_look(sandbox: Sandbox, inbox: Looker) -> None:
    page = inbox.page
    sandbox.set_up(**NOW)
    sent = send(sandbox).json()["key"]["id"]
    sandbox.misbehave("error_receipt", times=1)
    send(sandbox, text="Outra")
    sandbox.write("shop", NUMBER, "sim", quote=sent)
    sandbox.misbehave("fail", times=1)
    page.locator(".chat").wait_for()
    page.locator(".instance.failing").first.wait_for()
    found = findings(inbox)
    page.locator(".chat").click()
    page.get_by_role("button", name="Responder a").first.click()
    found += findings(inbox)
    if page.viewport_size and page.viewport_size["width"] == PHONE:
        page.get_by_role("button", name="Voltar às conversas").click()
    for opener, dialog in (("Fazer shop falhar", "#faults"), ("gateway…", "#gateway")):
        page.get_by_role("button", name=opener).click()
        page.locator(f"{dialog}[open]").wait_for()
        found += findings(inbox)
        page.locator(dialog).get_by_role("button", name="Fechar").click()
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
