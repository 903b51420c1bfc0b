"""/descadastros: who wants no campaigns, what is done about it, and no number in any address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from proactive.web.auth.sessions import COOKIE
from sandbox.stack import LocalStack
from tests.support.browsing import HOSTILE, Look, findings
from tests.support.promoting import Promotion, make_promotion, with_everything
from tests.support.shops import Shop

Visitor = Callable[..., httpx.Client]


@pytest.fixture(scope="module")
def promotion(stack: LocalStack) -> Promotion:
    return with_everything(make_promotion(stack, "Patas & Cia"))


@pytest.fixture
def fresh(stack: LocalStack) -> Iterator[Promotion]:
    made = make_promotion(stack, "Bicho Solto", clients=3)
    yield made
    made.connection.close()


def csrf(client: httpx.Client) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/descadastros").text)
    assert found is not None
    return str(found[1])


def post(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    return client.post(path, data={"csrf": csrf(client)} | fields)


def rows_of(made: Promotion) -> dict[str, str]:
    query = "select key, level from aurora_proactive_opt_outs where organization_id = %s"
    return dict(made.connection.execute(query, [made.organization]).fetchall())


def log_of(made: Promotion) -> list[tuple[Any, ...]]:
    query = "select kind, source, recorded_by from aurora_proactive_consents where organization_id = %s order by id"
    return made.connection.execute(query, [made.organization]).fetchall()


def only_id(client: httpx.Client) -> str:
    found = set(re.findall(r'action="/descadastros/([0-9a-f-]{36})/', client.get("/descadastros").text))
    assert len(found) == 1
    return str(found.pop())


@pytest.mark.parametrize("how", ["desk", "phone"])
def test_the_page_is_accessible_and_fits(look: Look, promotion: Promotion, how: str) -> None:
    looker = look(promotion.shop, width=390 if how == "phone" else 1280, dark=how == "phone")
    looker.go("/descadastros")
    looker.page.get_by_text("Encerrar luto").first.click()
    assert findings(looker) == [] and looker.complaints == []
    assert looker.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_every_kind_is_listed_with_what_it_is_and_shows_no_number(visitor: Visitor, promotion: Promotion) -> None:
    page = visitor(promotion.shop).get("/descadastros").text
    for words in ("A confirmar", "Número ainda oculto pelo WhatsApp", "Lista de bloqueio", "Luto", "Isabela Cardoso",
                  "(11) •••• 8922"):  # fmt: skip
        assert words in page
    for key in rows_of(promotion):
        assert key not in page and key[2:] not in page
    filtered = visitor(promotion.shop).get("/descadastros", params={"nivel": "luto"}).text
    assert "Encerrar luto" in filtered and "Isabela Cardoso" not in filtered


def test_a_number_is_looked_for_by_post_only(visitor: Visitor, promotion: Promotion) -> None:
    client = visitor(promotion.shop)
    typed = f"(11) {promotion.key(11)[4:8]}-{promotion.key(11)[8:]}"
    found = post(client, "/descadastros/procurar", telefone=typed)
    assert found.status_code == 200 and "Lucas Ferreira" in found.text and "Isabela Cardoso" not in found.text
    assert typed not in found.text and str(found.url).endswith("/descadastros/procurar")
    assert "não está na lista" in post(client, "/descadastros/procurar", telefone="11 91234-0000").text
    assert client.get("/descadastros", params={"telefone": typed}).status_code == 422
    assert client.get("/descadastros/procurar").status_code in (404, 405)


def test_who_probably_left_is_confirmed_and_stays_out(visitor: Visitor, fresh: Promotion) -> None:
    fresh.opt_out(fresh.key(0), "probable", contact=fresh.contacts[0])
    client = visitor(fresh.shop)
    answer = post(client, f"/descadastros/{only_id(client)}/confirmar")
    assert answer.status_code == 303 and rows_of(fresh) == {fresh.key(0): "sure"}
    assert fresh.key(0) not in answer.headers["location"]
    assert log_of(fresh) == [("objection", "page", "user:test")]
    assert "não recebe mais campanhas" in client.get(answer.headers["location"]).text
    assert post(client, f"/descadastros/{only_id(client)}/confirmar").status_code == 303  # again changes nothing
    assert len(log_of(fresh)) == 1


@pytest.mark.parametrize("level", ["probable", "sure", "luto", "block_list"])
def test_an_opt_out_that_is_undone_is_gone_and_is_no_consent(visitor: Visitor, fresh: Promotion, level: str) -> None:
    key = f"contact:{fresh.contacts[0]}" if level == "luto" else fresh.key(0)
    fresh.opt_out(key, level, contact=fresh.contacts[0])
    client = visitor(fresh.shop)
    opt_out = only_id(client)
    assert post(client, f"/descadastros/{opt_out}/desfazer").status_code == 303
    assert rows_of(fresh) == {} and log_of(fresh) == [("unlisted", "page", "user:test")]
    assert post(client, f"/descadastros/{opt_out}/desfazer").status_code == 404


@pytest.mark.parametrize("level", ["probable", "sure"])
def test_who_left_and_is_on_a_block_list_is_shown_as_both(visitor: Visitor, fresh: Promotion, level: str) -> None:
    fresh.opt_out(fresh.key(0), level, contact=fresh.contacts[0], listed={"list": "Procon"})
    client = visitor(fresh.shop)
    page = client.get("/descadastros").text
    assert "e está em lista de bloqueio" in page and "continua na lista de bloqueio" in page
    fresh.run("update aurora_proactive_opt_outs set evidence = '{}'")
    assert "lista de bloqueio" not in client.get("/descadastros").text.split("<tbody>")[1].split("</tbody>")[0]


@pytest.mark.parametrize("level", ["luto", "block_list"])
def test_only_what_is_probable_can_be_confirmed(visitor: Visitor, fresh: Promotion, level: str) -> None:
    fresh.opt_out(fresh.key(0), level)
    client = visitor(fresh.shop)
    assert post(client, f"/descadastros/{only_id(client)}/confirmar").status_code == 409
    assert rows_of(fresh) == {fresh.key(0): level}


def test_a_number_is_added_with_its_client(visitor: Visitor, fresh: Promotion) -> None:
    client = visitor(fresh.shop)
    number = f"119{uuid4().int % 10**7:07d}1"
    fresh.run("update contacts set phone = %s where id = %s", number, fresh.contacts[1])
    assert post(client, "/descadastros/incluir", telefone=f"({number[:2]}) {number[2:]}").status_code == 303
    query = "select contact_id, level, source from aurora_proactive_opt_outs where organization_id = %s"
    assert fresh.connection.execute(query, [fresh.organization]).fetchall() == [(fresh.contacts[1], "sure", "page")]


@pytest.mark.parametrize("typed", ["", "123", "9PETSHOP", "0800 777 1234", "11 98765-4321 / 11 91234-5678"])
def test_what_is_no_number_is_not_added(visitor: Visitor, fresh: Promotion, typed: str) -> None:
    answer = post(visitor(fresh.shop), "/descadastros/incluir", telefone=typed)
    assert answer.status_code == 422 and "com o DDD" in answer.text
    assert rows_of(fresh) == {}


def upload(client: httpx.Client, content: bytes, **fields: str) -> httpx.Response:
    data = {"csrf": csrf(client)} | fields
    return client.post("/descadastros/importar", data=data, files={"arquivo": ("lista.csv", content, "text/csv")})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_list_is_imported_from_a_file(visitor: Visitor, fresh: Promotion, encoding: str) -> None:
    text = "Telefone;Situação\r\n11987654321;não\r\n(21) 3333-4444;não\r\nlixo 1\r\n"
    answer = upload(visitor(fresh.shop), text.encode(encoding))
    assert answer.status_code == 200 and "2 telefones novos, 1 linha sem telefone (4)" in answer.text
    assert rows_of(fresh) == {"551187654321": "block_list", "552133334444": "block_list"}
    assert log_of(fresh) == [("listed", "import", "user:test")] * 2
    assert "0 telefones novos, 2 já estavam" in upload(visitor(fresh.shop), text.encode(encoding)).text


def test_a_file_without_a_number_or_from_elsewhere_is_not_imported(
    visitor: Visitor, fresh: Promotion, theirs: Shop
) -> None:
    client = visitor(fresh.shop)
    for content in (b"", b"nada aqui", b"\xff\xfe\x00\x01", b"PK\x03\x04" + bytes(range(256))):
        answer = upload(client, content)
        assert answer.status_code == 422 and "Não achei nenhum telefone" in answer.text
    assert upload(client, b"11987654321", csrf="x").status_code == 403
    assert upload(visitor(theirs), b"11987654321", organizacao=str(fresh.organization)).status_code == 403
    torn = client.post("/descadastros/importar", content=b"--x\r\nfoo", headers={
        "Content-Type": "multipart/form-data; boundary=x"})  # fmt: skip
    assert torn.status_code in (400, 403)
    assert client.post("/descadastros/importar", content=b"x" * (1024 * 1024 + 1)).status_code == 413
    assert rows_of(fresh) == {}


def test_nobody_touches_anothers(visitor: Visitor, fresh: Promotion, theirs: Shop) -> None:
    fresh.opt_out(fresh.key(0), "probable")
    opt_out = only_id(visitor(fresh.shop))
    stranger = visitor(theirs)
    assert post(stranger, f"/descadastros/{opt_out}/desfazer").status_code == 404
    named = {"organizacao": str(fresh.organization)}
    assert post(stranger, f"/descadastros/{opt_out}/desfazer", **named).status_code == 403
    assert stranger.get("/descadastros", params=named).status_code == 403
    assert post(visitor(None), f"/descadastros/{opt_out}/desfazer").status_code == 422  # a service names whose
    assert visitor(anonymous=True).get("/descadastros").status_code == 303
    forged = visitor(fresh.shop).post(f"/descadastros/{opt_out}/desfazer", data={"csrf": "x"})
    assert forged.status_code == 403
    assert rows_of(fresh) == {fresh.key(0): "probable"}
    assert post(visitor(None), f"/descadastros/{opt_out}/desfazer", **named).status_code == 303


def test_nothing_of_a_client_is_ever_markup(visitor: Visitor, fresh: Promotion) -> None:
    fresh.run("update contacts set name = %s where id = %s", HOSTILE, fresh.contacts[0])
    fresh.opt_out(fresh.key(0), "sure", contact=fresh.contacts[0], rule=HOSTILE)
    page = visitor(fresh.shop).get("/descadastros").text
    assert "<script>document" not in page and "<img src=x" not in page and "49" not in re.findall(r">(\d+)<", page)


def test_a_session_that_is_over_signs_in_again(visitor: Visitor, fresh: Promotion) -> None:
    client = visitor(fresh.shop)
    client.cookies.delete(COOKIE)
    assert client.post("/descadastros/incluir", data={"telefone": "x"}).status_code == 303
