"""Who may see which page, how one signs in and out, and what a browser is told about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import httpx
import pytest

from proactive.web.auth.sessions import COOKIE
from sandbox.stack import LocalStack

Visitor = Callable[..., httpx.Client]
PAGES = (
    "/painel", "/painel/agora", "/mensagens", "/mensagens.csv", "/instancias", "/pausas", "/organizacoes", "/fila",
    "/rq/", "/rq/0/data/queues.json",
)  # fmt: skip


def csrf_of(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found
    return found[1]


@pytest.mark.parametrize("path", PAGES)
def test_who_is_not_signed_in_is_sent_to_sign_in(visitor: Visitor, path: str) -> None:
    answer = visitor(anonymous=True).get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/entrar?para=")


@pytest.mark.parametrize("path", ["/entrar", "/painel", "/mensagens", "/rq/"])
def test_headers_alone_can_be_asked_for(visitor: Visitor, path: str) -> None:
    answer = visitor().head(path)
    assert answer.status_code == (303 if path == "/entrar" else 200)
    assert not answer.content
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("path", PAGES)
def test_a_cookie_that_nobody_was_given_opens_nothing(visitor: Visitor, path: str) -> None:
    client = visitor(anonymous=True)
    client.cookies.set(COOKIE, "x" * 43)
    assert client.get(path).status_code == 303


@pytest.mark.parametrize("path", ["/sair", f"/mensagens/{UUID(int=7)}/reenviar"])
@pytest.mark.parametrize("form", [{}, {"csrf": "wrong"}, {"csrf": "ação"}])
def test_a_form_without_the_sessions_token_does_nothing(visitor: Visitor, path: str, form: dict[str, str]) -> None:
    client = visitor()
    assert client.post(path, data=form).status_code == 403
    assert client.get("/painel").status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_other_sites_cannot_make_a_browser_act(visitor: Visitor, stack: LocalStack, headers: dict[str, str]) -> None:
    client = visitor()
    form = {"csrf": csrf_of(client.get("/painel")), "credencial": stack.service_key}
    for path in ("/sair", "/entrar", "/rq/0/queue/aurora-proactive/empty"):
        assert client.post(path, data=form, headers=headers).status_code == 403
    assert client.get("/painel").status_code == 200


@pytest.mark.parametrize(
    "path", ["/entrar", "/painel", "/mensagens", "/fila", f"/mensagens/{UUID(int=7)}", "/painel?periodo=x"]
)
def test_every_page_has_a_strict_policy(visitor: Visitor, path: str) -> None:
    answer = visitor(anonymous=path == "/entrar").get(path)
    policy = answer.headers["content-security-policy"]
    for part in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
                 "connect-src 'self'", "frame-ancestors 'none'", "form-action 'self'"):  # fmt: skip
        assert f"{part};" in f"{policy};"
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert "style=" not in answer.text and "onclick" not in answer.text and "<script>" not in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [("/painel?periodo=ontem", 422), ("/painel?de=1000-01-01", 422), ("/mensagens?organizacao=" + "x" * 101, 422),
     ("/mensagens?de=9999-12-31", 422), ("/mensagens?id='%20or%201=1", 422), ("/mensagens/x", 422),
     (f"/mensagens?organizacao={UUID(int=7)}", 404), (f"/mensagens/{UUID(int=7)}", 404)],
)  # fmt: skip
def test_what_cannot_be_shown_is_a_page_that_says_so(visitor: Visitor, path: str, status: int) -> None:
    answer = visitor().get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "Não deu certo" in answer.text


def test_the_api_does_not_take_the_cookie(visitor: Visitor) -> None:
    assert visitor().get("/api/aurora/proactive/messages").status_code == 401
