"""Signing in to the pages with a key or a token, and out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import expect
from rq.utils import as_text

from proactive.app import Application
from proactive.web.auth.sessions import COOKIE, LONGEST
from sandbox.stack import LocalStack
from tests.support.browsing import CHECKED, LOOKS, Look, findings
from tests.support.shops import Shop

Visitor = Callable[..., httpx.Client]


def csrf_of(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found
    return found[1]


def enter(client: httpx.Client, credential: str, **fields: str) -> httpx.Response:
    return client.post("/entrar", data={"credencial": credential} | fields)


def test_a_service_key_signs_in_and_leads_back(visitor: Visitor, stack: LocalStack) -> None:
    client = visitor(anonymous=True)
    answer = enter(client, stack.service_key, para="/mensagens?situacao=failed")
    assert (answer.status_code, answer.headers["location"]) == (303, "/mensagens?situacao=failed")
    assert client.get("/mensagens").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: Visitor, stack: LocalStack) -> None:
    said = enter(visitor(anonymous=True), stack.service_key).headers["set-cookie"]
    assert "HttpOnly" in said and "SameSite=strict" in said and "Path=/" in said and "Secure" not in said
    forwarded = visitor(anonymous=True).post(
        "/entrar", data={"credencial": stack.service_key}, headers={"X-Forwarded-Proto": "https"}
    )
    assert "Secure" in forwarded.headers["set-cookie"]


def test_redis_holds_neither_the_cookie_nor_the_key(
    visitor: Visitor, stack: LocalStack, application: Application
) -> None:
    client = visitor(anonymous=True)
    enter(client, stack.service_key)
    [key] = application.redis.keys("aurora:pages:session:*")
    kept = as_text(key) + as_text(application.redis.get(key) or "")
    assert client.cookies[COOKIE] not in kept
    assert stack.service_key not in kept
    assert 0 < application.redis.ttl(key) <= LONGEST.total_seconds()


@pytest.mark.parametrize("credential", ["", "aurora_wrong", "a.b.c", "x" * 5000])
def test_a_wrong_credential_is_refused_and_not_repeated(visitor: Visitor, credential: str) -> None:
    answer = enter(visitor(anonymous=True), credential)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert not credential or credential not in answer.text


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "x"]
)
def test_signing_in_leads_nowhere_else(visitor: Visitor, stack: LocalStack, target: str) -> None:
    assert enter(visitor(anonymous=True), stack.service_key, para=target).headers["location"] == "/painel"


def test_guessing_keys_is_slowed_down(visitor: Visitor) -> None:
    client = visitor(anonymous=True)
    assert {enter(client, f"aurora_{guess}").status_code for guess in range(21)} == {401, 429}


def test_a_session_ends_with_its_token(
    visitor: Visitor, stack: LocalStack, ours: Shop, application: Application
) -> None:
    ends = int(dt.datetime.now(dt.UTC).timestamp()) + 90
    token = stack.user_token(sub="u", exp=ends, app_metadata={"organization_id": str(ours.organization)})
    assert enter(visitor(anonymous=True), token).status_code == 303
    [key] = application.redis.keys("aurora:pages:session:*")
    assert 80 < application.redis.ttl(key) <= 90


def test_a_token_without_an_organisation_is_refused(visitor: Visitor, stack: LocalStack) -> None:
    assert enter(visitor(anonymous=True), stack.user_token(sub="u")).status_code == 403


def test_signing_out_ends_the_session_for_good(visitor: Visitor) -> None:
    client = visitor()
    cookie = client.cookies[COOKIE]
    assert client.post("/sair", data={"csrf": csrf_of(client.get("/painel"))}).headers["location"] == "/entrar"
    client.cookies.set(COOKIE, cookie)
    assert client.get("/painel").status_code == 303


@pytest.mark.parametrize("how", CHECKED)
def test_the_door_is_accessible(look: Look, how: str) -> None:
    looker = look(anonymous=True, **LOOKS[how])
    looker.go("/entrar")
    assert findings(looker) == []
    looker.page.keyboard.type("wrong")
    looker.page.keyboard.press("Enter")
    expect(looker.page.get_by_role("alert")).to_be_visible()
    assert findings(looker) == []


def test_one_signs_in_looks_around_and_signs_out_by_keyboard(look: Look, stack: LocalStack, ours: Shop) -> None:
    looker = look(anonymous=True)
    page = looker.page
    looker.go("/mensagens")
    page.keyboard.type(stack.service_key)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mensagens")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ir para o conteúdo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.get_by_role("link", name="Painel").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Painel")
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Sair").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Chave de serviço ou token")).to_be_focused()


def test_a_session_token_opens_the_own_organisation_only(
    visitor: Visitor, stack: LocalStack, ours: Shop, theirs: Shop
) -> None:
    client = visitor(anonymous=True)
    token = stack.user_token(sub=str(uuid4()), app_metadata={"organization_id": str(ours.organization)})
    assert enter(client, token).status_code == 303
    listed = client.get("/mensagens").text
    assert str(ours.messages["sent"][0]) in listed
    assert not any(str(message) in listed for message in theirs.messages["sent"])
    assert theirs.name not in client.get("/painel").text
