"""The inbox page in a browser: what a message came to, writing as its reader, and getting things wrong."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.gateway.client import Sandbox
from sandbox.gateway.fault_table import FAULTS
from sandbox.gateway.people import Person
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


def test_somebody_answers_quotes_reacts_and_speaks(sandbox: Sandbox, hook: Listener, page: Page) -> None:
    sandbox.set_up(server_ack_after=None, delivered_after=None)
    sent = send(sandbox, text="Mando os parabéns?").json()["key"]["id"]
    page.get_by_role("button", name="Responder a “Mando os parabéns?”").click(force=True)
    expect(page.locator("#quoting")).to_contain_text("Respondendo a: Mando os parabéns?")
    page.get_by_label("Escrever como").fill("pode")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble.ours")).to_contain_text("pode")
    _act(page, "Reagir a “Mando")
    page.get_by_role("button", name="Reagir com ❤️").click()
    expect(page.locator(".reaction:visible")).to_have_text("❤️")
    page.get_by_label("Escrever como").fill("pode mandar")
    page.get_by_role("button", name="Enviar um áudio").click()
    expect(page.locator(".bubble.ours").last).to_contain_text("🎤 Áudio pode mandar")
    page.get_by_role("button", name="Enviar uma foto").click()
    expect(page.locator(".bubble.ours")).to_have_count(3)
    told = [body["data"] for body in hook.wait(4, "messages.upsert")]
    kinds = [data["messageType"] for data in told]
    assert sorted(kinds) == ["audioMessage", "conversation", "imageMessage", "reactionMessage"]
    assert told[kinds.index("conversation")]["contextInfo"]["stanzaId"] == sent
    reaction = told[kinds.index("reactionMessage")]["message"]["reactionMessage"]
    assert (reaction["key"]["id"], reaction["text"]) == (sent, "❤️")
    assert told[kinds.index("audioMessage")]["message"]["speechToText"] == "[audio] pode mandar"
    assert "caption" not in told[kinds.index("imageMessage")]["message"]["imageMessage"]


def _act(page: Page, name: str) -> None:
    """An action of a bubble, which shows where the mouse is."""
    page.get_by_role("button", name=name).first.click(force=True)


def test_a_reaction_is_taken_back(sandbox: Sandbox, hook: Listener, page: Page) -> None:
    sent = send(sandbox, text="Posso?").json()["key"]["id"]
    sandbox.write("shop", NUMBER, "👍", kind="reaction", target=sent)
    expect(page.locator(".reaction:visible")).to_have_text("👍")
    _act(page, "Reagir a “Posso?”")
    page.get_by_role("button", name="Tirar a reação").click()
    expect(page.locator(".reaction:visible")).to_have_count(0)
    texts = [body["data"]["message"]["reactionMessage"]["text"] for body in hook.wait(2, "messages.upsert")]
    assert sorted(texts) == ["", "👍"]


def test_what_one_wrote_is_edited_and_deleted(sandbox: Sandbox, hook: Listener, page: Page) -> None:
    own = sandbox.write("shop", NUMBER, "ENVIRA")["gateway_message_id"]
    bubble = page.locator(".bubble.ours")
    _act(page, "Editar “ENVIRA”")
    expect(page.locator("#quoting")).to_contain_text("Editando: ENVIRA")
    page.get_by_label("Escrever como").fill("ENVIAR")
    page.keyboard.press("Enter")
    expect(bubble).to_contain_text("ENVIAR")
    expect(bubble).to_contain_text("editada")
    [body] = hook.wait(1, "messages.edited")
    assert (body["data"]["key"]["id"], body["data"]["editedMessage"]) == (own, {"conversation": "ENVIAR"})
    _act(page, "Apagar “")
    expect(bubble).to_contain_text("🚫 Mensagem apagada")
    assert hook.wait(1, "messages.delete")[0]["data"]["id"] == own


@pytest.mark.parametrize(
    ("label", "option", "event", "shown"),
    [
        ("Quem escreve", "O robô da loja", "send.message", "Robô da loja"),
        ("Quem escreve", "Alguém no celular da loja", "messages.upsert", "Celular da loja"),
        ("Quando", "há 1 hora: o gateway estava fora do ar", "messages.upsert", "sim"),
        ("Como o WhatsApp conta", "mensagens temporárias", "messages.upsert", "sim"),
        ("Como o WhatsApp conta", "número escondido (@lid)", "messages.upsert", "sim"),
        ("Como o WhatsApp conta", "número escondido (@lid), mas conhecido", "messages.upsert", "sim"),
    ],
)
def test_who_writes_when_and_how_it_is_told_is_chosen(
    sandbox: Sandbox, hook: Listener, page: Page, label: str, option: str, event: str, shown: str
) -> None:
    sandbox.write("shop", NUMBER, "oi")
    before = time.time()
    page.get_by_role("button", name="Como escrever").click()
    page.get_by_role("combobox", name=label).select_option(label=option)
    page.get_by_label("Escrever como").fill("sim")
    page.get_by_role("button", name="Enviar", exact=True).click()
    expect(page.locator("#paper")).to_contain_text(shown)
    expect(page.locator(".bubble")).to_have_count(2)
    eventually(lambda: _data_of("sim", hook.bodies(event)), 5, "it is told")
    data = _data_of("sim", hook.bodies(event))[0]
    key = data["key"]
    told = {
        "O robô da loja": key["fromMe"] and key["id"].startswith("3EB0"),
        "Alguém no celular da loja": key["fromMe"] and key["id"].startswith("3A"),
        "há 1 hora: o gateway estava fora do ar": data["messageTimestamp"] <= before - 3590,
        "mensagens temporárias": data["messageType"] == "ephemeralMessage",
        "número escondido (@lid)": key["remoteJid"].endswith("@lid"),
        "número escondido (@lid), mas conhecido": key.get("remoteJidAlt", "").startswith(NUMBER),
    }
    assert told[option]


def _data_of(text: str, bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [body["data"] for body in bodies if text in json.dumps(body["data"]["message"])]


def test_owners_and_clients_are_found_by_name_and_write_as_themselves(
    sandbox: Sandbox, hook: Listener, page: Page
) -> None:
    owner = Person(instance="shop", number="5511900001900", name="Helena Prado", role="owner", about="Patas & Cia")
    client = Person(instance="shop", number="5511900001000", name="João Alves", about="Rex e Luna")
    sandbox.name(owner, client)
    page.get_by_role("radio", name="Clientes").check()
    expect(page.locator(".chat").filter(has_text="Helena Prado")).to_have_count(0)
    page.get_by_label("Procurar").fill("joao")
    expect(page.locator(".chat")).to_have_count(1)
    page.locator(".chat").click()
    expect(page.locator("#talk-name")).to_have_text("João Alves cliente")
    page.get_by_role("button", name="Enviar “SAIR”").click()
    expect(page.locator(".bubble.ours")).to_contain_text("SAIR")
    [body] = hook.wait(1, "messages.upsert")
    assert (body["data"]["pushName"], body["data"]["message"]) == ("João Alves", {"conversation": "SAIR"})
    page.get_by_label("Procurar").fill("")
    page.get_by_role("radio", name="Donos").check()
    page.locator(".chat").filter(has_text="Helena Prado").click()
    page.get_by_role("button", name="Enviar “PARE”").click()
    eventually(
        lambda: hook.bodies("messages.upsert")[-1]["data"]["pushName"] == "Helena Prado", 30, "the owner stops it"
    )


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
    page.get_by_label("Pessoas aparecem como").select_option(label="@lid sem o número")
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
    expect(page.locator(".bubble.ours .said").last).to_have_text(HOSTILE)
    assert page.title() == title


@pytest.mark.parametrize("inbox", LOOKS.values(), ids=LOOKS.keys(), indirect=True)
def test_the_page_is_usable_by_everybody_in_every_look(sandbox: Sandbox, inbox: Looker) -> None:
    page = inbox.page
    sandbox.set_up(**NOW)
    sandbox.name(Person(instance="shop", number=NUMBER, name="Helena Prado", role="owner", about="Patas & Cia"))
    sent = send(sandbox).json()["key"]["id"]
    sandbox.misbehave("error_receipt", times=1)
    send(sandbox, text="Outra")
    own = sandbox.write("shop", NUMBER, "sim", quote=sent)["gateway_message_id"]
    sandbox.write("shop", NUMBER, "não", kind="edit", target=own)
    sandbox.write("shop", NUMBER, "oi", kind="bot")
    sandbox.write("shop", NUMBER, kind="delete", target=sandbox.write("shop", NUMBER, "x")["gateway_message_id"])
    sandbox.misbehave("fail", times=1)
    chat = page.locator(".chat").first
    chat.wait_for()
    page.locator(".instance.failing").first.wait_for()
    found = findings(inbox)
    chat.click()
    page.get_by_role("button", name="Responder a").first.click(force=True)
    page.get_by_role("button", name="Como escrever").click()
    found += findings(inbox)
    page.get_by_role("button", name="Reagir a").first.click(force=True)
    page.locator("#emojis[open]").wait_for()
    found += findings(inbox)
    page.keyboard.press("Escape")
    if page.viewport_size and page.viewport_size["width"] == PHONE:
        page.get_by_role("button", name="Voltar às conversas").click()
    for opener, dialog in (("Fazer shop falhar", "#faults"), ("gateway…", "#gateway")):
        page.get_by_role("button", name=opener).click()
        page.locator(f"{dialog}[open]").wait_for()
        found += findings(inbox)
        page.locator(dialog).get_by_role("button", name="Fechar").click()
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
