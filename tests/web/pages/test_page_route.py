"""Who may see which page, how one signs in and out, and what a browser is told about it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from uuid import UUID, uuid4

import httpx
import pytest
from rq.utils import as_text

from proactive.app import Application
from proactive.web.auth.callers import Caller
from proactive.web.auth.sessions import COOKIE, LONGEST, Sessions
from sandbox.stack import LocalStack
from tests.web.pages.conftest import Shop

Visitor = Callable[..., httpx.Client]
PAGES = ("/painel", "/painel/agora", "/mensagens", "/rq/", "/rq/0/data/queues.json")


def csrf_of(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found
    return found[1]


def enter(client: httpx.Client, credential: str, **fields: str) -> httpx.Response:
    return client.post("/entrar", data={"credencial": credential} | fields)


@pytest.mark.parametrize("path", PAGES)
def test_who_is_not_signed_in_is_sent_to_sign_in(visitor: Visitor, path: str) -> None:
    answer = visitor(anonymous=True).get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/entrar?para=")


def test_a_browser_that_is_lost_gets_a_page_and_a_program_a_problem(visitor: Visitor) -> None:
    client = visitor(anonymous=True)
    lost = client.get("/paineis", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (lost.status_code, lost.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Não há nada neste endereço." in lost.text and "content-security-policy" in lost.headers
    for path, accept in (("/paineis", "*/*"), ("/api/aurora/nowhere", "text/html")):
        answer = client.get(path, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


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


@pytest.mark.parametrize("path", ["/painel", "/painel/agora", "/mensagens"])
def test_a_user_cannot_name_another_organisation(visitor: Visitor, ours: Shop, theirs: Shop, path: str) -> None:
    client = visitor(ours)
    assert client.get(path).status_code == 200
    assert client.get(path, params={"organizacao": str(theirs.organization)}).status_code == 403


def test_a_user_neither_sees_nor_resends_anothers_message(visitor: Visitor, ours: Shop, theirs: Shop) -> None:
    client, failed = visitor(ours), theirs.messages["failed"][0]
    form = {"csrf": csrf_of(client.get("/painel"))}
    assert client.get(f"/mensagens/{ours.messages['failed'][0]}").status_code == 200
    assert client.get(f"/mensagens/{failed}").status_code == 404
    assert client.post(f"/mensagens/{failed}/reenviar", data=form).status_code == 404


@pytest.mark.parametrize("path", ["/rq/", "/rq/0/data/queues.json", "/rq/0/data/workers.json"])
def test_the_queue_is_for_service_keys(visitor: Visitor, ours: Shop, path: str) -> None:
    assert visitor(ours).get(path).status_code == 403
    assert visitor().get(path).status_code == 200


def test_a_user_sees_nothing_of_the_machinery(visitor: Visitor, ours: Shop) -> None:
    assert "Quem trabalha" in visitor().get("/painel").text
    page = visitor(ours).get("/painel").text
    assert not any(words in page for words in ("Quem trabalha", "/rq/", "Organizações mais ativas"))


def test_signing_out_ends_the_session_for_good(visitor: Visitor) -> None:
    client = visitor()
    cookie = client.cookies[COOKIE]
    assert client.post("/sair", data={"csrf": csrf_of(client.get("/painel"))}).headers["location"] == "/entrar"
    client.cookies.set(COOKIE, cookie)
    assert client.get("/painel").status_code == 303


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


def test_taking_a_key_out_of_the_settings_ends_what_it_opened(application: Application) -> None:
    cookie = Sessions(application.redis, application.settings).open(Caller("service", "key:x"), LONGEST)
    rotated = application.settings.model_copy(update={"api_keys": "sha256:" + "0" * 64})
    assert Sessions(application.redis, application.settings).find(cookie) is not None
    assert Sessions(application.redis, rotated).find(cookie) is None


@pytest.mark.parametrize("path", ["/entrar", "/painel", "/mensagens", f"/mensagens/{UUID(int=7)}", "/painel?periodo=x"])
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


def test_the_looser_policy_of_rq_dashboard_calls_no_other_site(visitor: Visitor) -> None:
    policy = visitor().get("/rq/").headers["content-security-policy"]
    assert "http" not in policy and "*" not in policy and "default-src 'none'" in policy


@pytest.mark.parametrize(
    ("path", "status"),
    [("/painel?periodo=ontem", 422), ("/painel?de=1000-01-01", 422), ("/mensagens?organizacao=x", 422),
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
