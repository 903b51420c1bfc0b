"""/textos and /textos/{type}: what an owner writes is looked at, saved, published, and never runs as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from playwright.sync_api import expect

from sandbox.stack import LocalStack
from tests.support.browsing import HOSTILE, PHONE, Look, findings
from tests.support.shops import Shop, make_shop

Visitor = Callable[..., httpx.Client]
Connection = psycopg.Connection[dict[str, Any]]
PAGE = "/textos/daily_summary"
#: Milliseconds that a busy machine may take to show what was asked for.
PATIENT = 25_000
#: The grammar has it; it does not say what a summary must say.
SILENT = {"modo": "texto", "texto": "Oi, {{ dono }}!"}


@pytest.fixture
def shop(stack: LocalStack) -> Shop:
    """A business that has written nothing yet."""
    return make_shop(stack, "Patas & Cia", days=0)


def post(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/textos").text)
    assert found is not None
    return client.post(path, data={"csrf": found[1]} | fields)


def versions(database: Connection, shop: Shop) -> list[tuple[int, str, bool]]:
    """The versions of a business, oldest first: number, what it says, whether it is published."""
    query = (
        "select number, coalesce(source, wording ->> 'greeting', '') as says,"
        " published_at is not null and unpublished_at is null as published"
        " from aurora_proactive_templates where organization_id = %s order by number"
    )
    rows = database.execute(query, [shop.organization]).fetchall()
    return [(row["number"], row["says"], row["published"]) for row in rows]


def test_an_owner_has_a_greeting_of_its_own_in_a_minute_on_a_phone(
    look: Look, shop: Shop, database: Connection
) -> None:
    looker = look(shop, width=PHONE, dark=True)
    looker.go("/textos")
    looker.page.get_by_role("link", name=re.compile("Resumo do dia")).click()
    looker.page.get_by_label("Saudação").fill("Bom dia, *chefe*!")
    preview = looker.page.locator("#previa")
    expect(preview.locator("strong").first).to_have_text("chefe", timeout=PATIENT)
    expect(preview).to_contain_text("pode ser publicado", timeout=PATIENT)
    looker.page.get_by_role("radio", name="Números grandes").check()
    expect(preview.locator(".bubble")).to_contain_text("1.234", timeout=PATIENT)
    assert findings(looker) == [] and looker.complaints == []
    assert looker.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert versions(database, shop) == []
    looker.page.locator("summary", has_text="Publicar").click()
    looker.page.get_by_role("button", name="Sim, publicar").click()
    expect(looker.page.get_by_role("status").first).to_contain_text("Publicado", timeout=PATIENT)
    assert versions(database, shop) == [(1, "Bom dia, *chefe*!", True)]


def test_a_whole_text_is_written_by_keyboard_alone_and_its_faults_stand_at_the_line(
    look: Look, shop: Shop, database: Connection
) -> None:
    looker = look(shop)
    looker.go(f"{PAGE}?modo=texto")
    page, source = looker.page, looker.page.get_by_label("Texto inteiro")
    assert "{{ agendamentos }}" in source.input_value()  # the house's text to begin with
    source.focus()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\n{{ range(9) }}")
    line = page.locator("#previa").get_by_role("button", name=re.compile("^Linha"))
    expect(line).to_be_visible(timeout=PATIENT)
    line.focus()
    page.keyboard.press("Enter")
    selected = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert source.evaluate(selected) == "{{ range(9) }}"
    page.keyboard.press("Delete")
    page.get_by_role("button", name="loja", exact=True).press("Enter")
    assert source.input_value().endswith("{{ loja }}")
    expect(page.locator("#previa .bubble")).to_contain_text("Patas & Cia", timeout=PATIENT)
    expect(page.locator("#previa")).to_contain_text("pode ser publicado", timeout=PATIENT)
    page.get_by_role("radio", name="Nomes com emoji").press("Space")
    expect(page.locator("#previa .bubble")).to_contain_text("🐾", timeout=PATIENT)
    page.locator("summary", has_text="Publicar").press("Enter")
    page.get_by_role("button", name="Sim, publicar").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Publicado", timeout=PATIENT)
    assert [(number, published) for number, _, published in versions(database, shop)] == [(1, True)]
    assert looker.complaints == [] and findings(looker) == []


def test_nothing_that_is_written_runs_as_html(look: Look, visitor: Visitor, shop: Shop) -> None:
    database_text = f"Oi {HOSTILE} <b>x</b>"
    for text in (database_text, "Outro"):
        post(visitor(shop), PAGE, **(SILENT | {"texto": text.replace("{{7*7}}", "")}), acao="salvar")
    looker = look(shop)
    looker.go(PAGE)
    looker.page.get_by_label("Texto inteiro").fill(database_text)
    expect(looker.page.locator("#previa").get_by_role("button", name="Linha 1")).to_be_visible(timeout=PATIENT)
    looker.page.get_by_label("Texto inteiro").fill("<b>x</b>" + database_text.replace("{{7*7}}", ""))
    expect(looker.page.locator("#previa .bubble")).to_contain_text("<b>x</b>Oi <script>", timeout=PATIENT)
    for shown in looker.page.locator("details > summary", has_text="O que mudou").all():
        shown.click()
    assert looker.page.locator("main b, main img, main script").count() == 0
    assert looker.page.title().startswith("Resumo do dia") and looker.complaints == []


def test_a_preview_and_a_look_keep_nothing(visitor: Visitor, shop: Shop, database: Connection) -> None:
    client = visitor(shop)
    seen = post(client, f"{PAGE}/previa", saudacao="Oi, {{ dono }}!")
    assert seen.status_code == 200 and "Oi, Helena!" in seen.text and "<html" not in seen.text
    assert "Oi, Paula!" in post(client, f"{PAGE}/previa", saudacao="Oi, {{ dono }}!", conjunto="zero").text
    assert 'value="Oi, {{ dono }}!"' in post(client, PAGE, saudacao="Oi, {{ dono }}!", acao="ver").text
    assert versions(database, shop) == []


def test_what_the_checks_refuse_is_saved_and_said(visitor: Visitor, shop: Shop, database: Connection) -> None:
    client = visitor(shop)
    assert post(client, PAGE, **SILENT, acao="salvar").status_code == 303
    refused = post(client, PAGE, **SILENT, acao="publicar")
    assert refused.status_code == 422 and "Salvo como rascunho, mas não publicado" in refused.text
    assert "Oi, {{ dono }}!</textarea>" in refused.text
    assert versions(database, shop) == [(1, "Oi, {{ dono }}!", False)]


@pytest.mark.parametrize("action", ["salvar", "publicar"])
def test_what_the_grammar_refuses_is_not_saved_but_stays_in_the_form(
    visitor: Visitor, shop: Shop, database: Connection, action: str
) -> None:
    answer = post(visitor(shop), PAGE, modo="texto", texto="Oi\n{{ range(9) }}", acao=action)
    assert answer.status_code == 422 and "Não foi salvo" in answer.text and "Linha 2" in answer.text
    assert "{{ range(9) }}</textarea>" in answer.text and versions(database, shop) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Não há nada escrito"),
        ({"saudacao": "  "}, "Não há nada escrito"),
        ({"modo": "texto", "texto": "\n"}, "Não há nada escrito"),
        ({"saudacao": "a" * 20_001}, "passa de 20.000 letras"),
        ({"modo": "texto", "texto": "a" * 20_001}, "passa de 20.000 letras"),
    ],
)
def test_nothing_and_too_much_are_not_kept(
    visitor: Visitor, shop: Shop, database: Connection, fields: dict[str, str], words: str
) -> None:
    answer = post(visitor(shop), PAGE, **fields, acao="salvar")
    assert answer.status_code == 422 and words in answer.text and versions(database, shop) == []


def test_the_history_says_who_when_and_what_changed_and_restores(
    visitor: Visitor, shop: Shop, database: Connection
) -> None:
    client = visitor(shop)
    for greeting in ("Bom dia!", "Boa tarde!", "Boa noite!"):
        assert post(client, PAGE, saudacao=greeting, acao="publicar").status_code == 303
    page = client.get(PAGE).text
    assert page.count("Versão ") >= 3 and "trocada por outra" in page and "por você" in page
    assert "+ Saudação: Boa noite!" in page and "− Saudação: Boa tarde!" in page
    oldest = re.findall(r'name="versao" value="([^"]+)"', page)[-1]
    answer = post(client, f"{PAGE}/restaurar", versao=oldest)
    assert answer.status_code == 303 and "feito=restaurar" in answer.headers["location"]
    assert versions(database, shop)[-2:] == [(3, "Boa noite!", True), (4, "Bom dia!", False)]
    restored = client.get(answer.headers["location"]).text
    assert "igual à versão 1" in restored and 'value="Bom dia!"' in restored
    for version in (str(uuid4()), "", "<b>"):
        assert post(client, f"{PAGE}/restaurar", versao=version).status_code == 404


def test_a_long_history_has_pages(visitor: Visitor, shop: Shop, database: Connection) -> None:
    database.execute(
        "insert into aurora_proactive_templates (organization_id, message_type, number, kind, wording, written_by,"
        " written_via) select %s, 'daily_summary', n, 'wording', jsonb_build_object('greeting', 'Oi ' || n), 'key:x',"
        " 'api' from generate_series(1, 2000) n",
        [shop.organization],
    )
    client = visitor(shop)
    first = client.get(PAGE).text
    assert "Versão 2.000" in first and "Versão 1.991" in first and "Versão 1.990" not in first
    following = re.search(r'href="(/textos/daily_summary\?antes=\d+)#historico"', first)
    assert following is not None
    second = client.get(following[1]).text
    assert "Versão 1.990" in second and "Versão 1.991" not in second and "Mais novas" in second


def test_going_back_to_the_house_text(visitor: Visitor, shop: Shop, database: Connection) -> None:
    client = visitor(shop)
    assert "Voltar ao texto da casa" not in client.get(PAGE).text
    post(client, PAGE, saudacao="Bom dia!", acao="publicar")
    assert "Voltar ao texto da casa" in client.get(PAGE).text and "Seu texto no ar" in client.get("/textos").text
    for _ in range(2):
        assert post(client, f"{PAGE}/voltar").status_code == 303
    assert versions(database, shop) == [(1, "Bom dia!", False)]
    assert "Texto da casa, com rascunho seu" in client.get("/textos").text


def test_fallbacks_are_listed_and_three_in_a_row_are_told(visitor: Visitor, shop: Shop, database: Connection) -> None:
    client = visitor(shop)
    post(client, PAGE, saudacao="Bom dia!", acao="publicar")
    row = database.execute(
        "select id from aurora_proactive_templates where organization_id = %s", [shop.organization]
    ).fetchone()
    assert row is not None
    for number in range(3):
        database.execute(
            "insert into aurora_proactive_messages (id, organization_id, message_type, status, sent_at, metadata)"
            " values (%s, %s, 'daily_summary', 'sent', now() + %s * interval '1 second',"
            " jsonb_build_object('template', %s::text, 'template_failed', true, 'fallback', %s::text))",
            [uuid4(), shop.organization, number, str(row["id"]), "template: figure_missing, <b>"],
        )  # fmt: skip
        told = client.get(PAGE).text
        assert told.count("faltou um número que a mensagem precisa dizer, &lt;b&gt;") == number + 1
        assert ("Três seguidas: despublicado em" in told) == (number == 2)
    assert "Despublicado: três falhas seguidas" in client.get("/textos").text


def test_nobody_sees_or_changes_anothers(visitor: Visitor, shop: Shop, theirs: Shop, database: Connection) -> None:
    post(visitor(shop), PAGE, saudacao="Segredo nosso", acao="publicar")
    named = {"organizacao": str(shop.organization), "saudacao": "Oi!", "acao": "publicar"}
    for path in (PAGE, f"{PAGE}/previa", f"{PAGE}/voltar", f"{PAGE}/restaurar"):
        assert post(visitor(theirs), path, **named).status_code == 403
        assert post(visitor(None), path, saudacao="Oi!", acao="publicar").status_code == 422
    for path in ("/textos", PAGE):
        assert visitor(theirs).get(f"{path}?organizacao={shop.organization}").status_code == 403
        assert "Segredo" not in visitor(theirs).get(path).text
        assert visitor(None).get(path).status_code == 200
        assert visitor(anonymous=True).get(path).status_code == 303
    assert versions(database, shop) == [(1, "Segredo nosso", True)]


def test_a_service_writes_for_the_organisation_that_it_names(
    visitor: Visitor, shop: Shop, database: Connection
) -> None:
    client, whose = visitor(None), str(shop.organization)
    assert f"/textos/birthdays?organizacao={whose}" in client.get(f"/textos?organizacao={whose}").text
    answer = post(client, PAGE, organizacao=whose, saudacao="Bom dia!", acao="publicar")
    assert answer.status_code == 303 and whose in answer.headers["location"]
    page = client.get(f"{PAGE}?organizacao={whose}").text
    assert f"modo=texto&amp;organizacao={whose}" in page and "por você" in page
    assert "por chave test" in visitor(shop).get(PAGE).text


@pytest.mark.parametrize("type_", ["campaign_answer", "x", "__init__"])
def test_only_messages_to_owners_have_words(visitor: Visitor, shop: Shop, type_: str) -> None:
    assert visitor(shop).get(f"/textos/{type_}").status_code == 404
    assert post(visitor(shop), f"/textos/{type_}", saudacao="Oi", acao="salvar").status_code == 404


def test_a_business_without_an_owner_looks_with_the_examples(
    visitor: Visitor, shop: Shop, database: Connection
) -> None:
    database.execute("delete from owner_numbers where organization_id = %s", [shop.organization])
    client = visitor(shop)
    assert "ainda não tem um dono" in client.get(PAGE).text
    assert "Oi, Paula!" in post(client, f"{PAGE}/previa", saudacao="Oi, {{ dono }}!", conjunto="zero").text


def test_switching_to_the_advanced_way_begins_with_the_house_s_text(visitor: Visitor, shop: Shop) -> None:
    client = visitor(shop)
    post(client, PAGE, **SILENT, acao="salvar")
    assert "Oi, {{ dono }}!</textarea>" in client.get(PAGE).text
    assert "{{ agendamentos }}" in client.get(f"{PAGE}?modo=texto&comecar=casa").text
    assert 'name="saudacao" value=""' in client.get(f"{PAGE}?modo=frases").text
    assert client.get(f"{PAGE}?modo=outro").status_code == 422


def test_each_type_has_the_fields_that_its_house_text_has(visitor: Visitor, shop: Shop) -> None:
    has = {type_: re.findall(r'name="(saudacao|sugestao|final|pergunta)"', visitor(shop).get(f"/textos/{type_}").text)
           for type_ in ("daily_summary", "birthdays", "opportunities")}  # fmt: skip
    assert has == {
        "daily_summary": ["saudacao", "final"], "birthdays": ["saudacao", "sugestao", "pergunta"],
        "opportunities": ["saudacao", "pergunta"],
    }  # fmt: skip


def test_who_wrote_it_is_the_id_of_the_session(visitor: Visitor, shop: Shop, database: Connection) -> None:
    post(visitor(shop), PAGE, saudacao="Oi!", acao="publicar")
    query = "select by, via, action from aurora_proactive_changes where organization_id = %s order by at"
    found = [tuple(row.values()) for row in database.execute(query, [UUID(str(shop.organization))]).fetchall()]
    assert found == [("user:test", "page", "words_saved"), ("user:test", "page", "words_published")]
