"""Whatever a client sends is its own fault: 4xx (or an answer), never 5xx, and never a traceback in the log."""

from __future__ import annotations

import base64
import json
import logging
import socket
from collections.abc import Iterator
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from proactive.web.auth.callers import Caller
from proactive.web.auth.sessions import COOKIE, LONGEST
from sandbox.stack import LocalStack
from tests.support.world import Business
from tests.web.conftest import BASE, named

NOBODY = str(UUID(int=7))
READ = [
    f"{BASE}/{path}"
    for path in (
        "jobs", "jobs/x", "messages", f"messages/{NOBODY}", "schedule", "pauses", "campaigns", f"campaigns/{NOBODY}",
        "campaign-settings", "opt-outs", "consents",
    )
]  # fmt: skip
CHANGE = [
    f"{BASE}{path}"
    for path in (
        "",
        "/preview",
        "/jobs/x/requeue",
        f"/messages/{NOBODY}/requeue",
        "/pause",
        "/resume",
        "/campaigns",
        f"/campaigns/{NOBODY}/confirm",
        "/opt-outs",
        "/opt-outs/import",
        "/consents",
    )
]
PAGES = [
    "/",
    "/entrar",
    "/painel",
    "/painel/agora",
    "/mensagens",
    f"/mensagens/{NOBODY}",
    "/rq/",
    "/rq/0/data/queues.json",
]
FORMS = ["/entrar", "/sair", f"/mensagens/{NOBODY}/reenviar", "/rq/requeue/aurora-proactive", "/rq/job/x/delete"]
OTHERS = [
    "/healthz",
    "/metrics",
    "/docs",
    "/openapi.json",
    "/estatico/aurora.css",
    "/webhooks/whatsapp/evolution",
]
EVERY = [*READ, *CHANGE, *PAGES, *FORMS, *OTHERS]

#: Each look at these asks Redis, Supabase and the gateway; every sixth header is enough beside the other paths.
HEAVY = ("/painel", "/painel/agora", "/mensagens", "/rq/", "/metrics")

ODD_HEADERS: list[tuple[str, bytes]] = [
    ("Origin", b"null"), ("Origin", b""), ("Origin", b"http://["), ("Origin", b"http://[::1"), ("Origin", b"\xc3\xa9"),
    ("Origin", b"http://\xff"), ("Origin", b"http://x, http://y"), ("Origin", b"http://" + b"a" * 6000),
    ("Origin", b"://"), ("Origin", b"http://x:99999999"), ("Referer", b"http://["), ("Referer", b"\xf0\x9f\x98\x80"),
    ("Sec-Fetch-Site", b"\xff"), ("Sec-Fetch-Site", b"SAME-ORIGIN"), ("Host", b""), ("Host", b"["),
    ("Host", b"\xff\xfe"), ("Host", b"x" * 6000), ("Host", b"a b"), ("Host", b"x:port"), ("Accept", b"\xff"),
    ("Accept", b"*/*;q=x"), ("Accept", b"text/html;q=nan"), ("Accept", b"," * 4000),
    ("Accept", b"application/openmetrics-text; version=99"), ("Accept-Language", b"\xff" * 100),
    ("Accept-Encoding", b"zstd;q=\xc3"), ("Cookie", b"aurora_session"), ("Cookie", b"aurora_session="),
    ("Cookie", b"aurora_session=\xff\xfe"), ("Cookie", b"aurora_session=" + b"x" * 7000), ("Cookie", b"=;=;=;;;"),
    ("Cookie", b'aurora_session="\\303\\251'), ("Cookie", b"a=b; " * 800), ("Authorization", b"Bearer"),
    ("Authorization", b"Bearer \xff"), ("Authorization", b"Bearer ..."), ("Authorization", b"Bearer a.\xe9.c"),
    ("Authorization", b"Basic !!"), ("Authorization", b"Bearer " + b"." * 7000), ("Content-Type", b"\xff"),
    ("Content-Type", b"application/json; charset=klingon"), ("Content-Type", b"application/json; charset=utf-16"),
    ("Content-Type", b"multipart/form-data"), ("Content-Type", b"multipart/form-data; boundary=\xff"),
    ("Content-Type", b"application/x-www-form-urlencoded; charset=utf-7"), ("Content-Encoding", b"gzip"),
    ("Range", b"bytes=9-1"), ("Range", b"bytes=-99999999999999999999"), ("Range", b"bytes=a-b"),
    ("If-Modified-Since", b"Sat, 32 Foo 99999 25:61:61 XXX"), ("If-Modified-Since", b"\xff"), ("If-None-Match",
    b'"\xff'),
    ("Expect", b"200-ok"), ("TE", b"\xff"), ("Idempotency-Key", b"\xff"), ("Idempotency-Key", b"x" * 300),
    ("X-Forwarded-For", b"\xff, , x"), ("X-Forwarded-Proto", b"gopher"), ("X-HTTP-Method-Override", b"DELETE"),
    ("Upgrade", b"websocket"), ("Connection", b"\xff"), ("Transfer-Encoding", b"identity"), ("Date", b"0000-00-00"),
]  # fmt: skip
ODD_TARGETS = [
    "http://evil.example/healthz", "http://[/painel", "*", "//", "///etc/passwd", "/%", "/%zz", "/%00", "/%ff",
    "/%2e%2e/%2e%2e",
    "/painel%00", "/painel/", "//painel", "/painel//", "/rq", "/rq//", "/rq/%2e%2e/painel", "/RQ/", "/estatico/%00",
    "/estatico/%2e%2e/%2e%2e/app.py", "/estatico/" + "x" * 5000, "/docs-files/%00", "/docs-files/" + "a/" * 500,
    "/" + "x" * 9000, "/;x=y", "/painel;jsessionid=1", "/?" + "a=b&" * 2000, "/painel?" + "periodo=7&" * 50,
    "/healthz?%ff=%00", "/docs?x=%ff", "/%F0%9F%98%80", "/painel#x", "/entrar?para=//evil.example", "/entrar?para=%00",
    "/entrar?para=" + "x" * 5000, "/entrar?para=http:%5c%5cevil", "/entrar?para=a&para=b",
]  # fmt: skip
ODD_DATES = [
    "0000-01-01", "0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31", "10000-01-01", "-0001-01-01", "2026-02-30",
    "2026-13-01",
    "2026-11-22T24:00:00Z", "2026-11-22T25:00:00Z", "2026-06-30T23:59:60Z", "infinity", "-infinity", "NaN", "now",
    "today",
    "2026-11-22T18:00:00+99:99", "2026-11-22T18:00:00+24:00", "2026-11-22T18:00:00-23:59:59.999999", "2026-W48-4",
    "20261122",
    "2026-11-22T18:00", "1e400", "1764000000", "-99999999999999", "٢٠٢٦-١١-٢٢", "2026-11-22\u2028",
    "2026-11-22T18:00:00.1234567890123Z",
    "2000-01-01T00:00:00+23:59", "2099-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "x" * 3000, "\x00", "",
]  # fmt: skip
ODD_MOMENTS = [
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00-23:59", "2026-01-01T00:00:00",
    "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59.999999Z", "2026-01-01T00:00:00+15:59",
    "2026-01-01T00:00:00+16:00",
]  # fmt: skip
ODD_IDS = [
    "{" + NOBODY + "}", "urn:uuid:" + NOBODY, NOBODY.upper(), NOBODY.replace("-", ""), str(UUID(int=0)),
    NOBODY + "\x00",
    NOBODY[:-1], NOBODY + "0", "-1", "0", "null", "None", "undefined", "NaN", "%00", "../" + NOBODY, "' or 1=1 --",
    "\u202e" + NOBODY,
    "x" * 3000, "１" * 36, NOBODY.replace("-", "\u2010"), "😀", "\ud7ff", " ", "*", "[]",
]  # fmt: skip
ODD_NUMBERS = [
    "-1",
    "0",
    "201",
    "1e3",
    "1.0",
    "9" * 30,
    "9" * 5000,
    "NaN",
    "Infinity",
    "0x10",
    "1_0",
    "٣",
    "",
    " 5",
    "+5",
    "null",
    "true",
]
DEEP = 20_000
ODD_BODIES: list[bytes] = [
    b"", b"\x00", b"null", b"[]", b'"x"', b"7", b"true", b"NaN", b"{", b"{}}", b"{}{}",
    b"[" * DEEP, b"[" * DEEP + b"]" * DEEP,
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b'{"type":1}', b'{"type":null}', b'{"type":[]}', b'{"type":{}}',
    b'{"type":"daily_summary","type":"birthdays"}', b'{"type":"daily_summary","data":NaN}', b'{"type":"\\ud800"}',
    b'{"type":"daily_summary","organizationId":"\\udfff"}', b'{"type":"daily_summary","organizationId":1e999}',
    b'{"type":"daily_summary","data":{"\\ud800":1}}', b'{"type":"daily_summary","\\u0000":1}',
    b'{"\\ud800":1}', b'{"":""}',
    b'{"type":"inactive_clients","data":{"days":' + b"9" * 5000 + b"}}",
    b'{"type":"inactive_clients","data":{"days":1e400}}',
    b'{"type":"inactive_clients","data":{"days":-0.0}}', b'{"type":"inactive_clients","data":{"days":true}}',
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00", b"\xc3\x28", b'{"type":"daily_summary"}\x00', b'{"__proto__":{"x":1},"constructor":1}',
    b'{"type":"custom_campaign","data":{"campaignType":"\\ud83d","targetAudience":"vip","message":"\\ud83d"}}',
    b'{"reason":"\\ud800"}', b'{"reason":"' + b"x" * 60_000 + b'"}', b'{"type":"birthdays","reason":"\\u0000"}',
    b'{"event":"messages.update","instance":"x","data":{"keyId":"\\ud800","status":"READ","fromMe":true}}',
    b'{"event":"messages.upsert","instance":"\\ud800","data":{}}',
    b'{"event":"connection.update","instance":"x","data":NaN}',
    b'{"event":"connection.update","instance":"x","data":{"state":"\\ud800"},"date_time":1e400}',
    b'{"event":"connection.update","instance":"x","data":{"state":"open"},"date_time":"0000-00-00"}',
    b'{"event":"connection.update","instance":"x","data":{"state":"open"},"date_time":"9999-12-31T23:59:59-14:00"}',
    b'{"event":"messages.upsert","instance":"x","data":{"key":{"remoteJid":"\\ud800@lid","id":"a","fromMe":false},'
    b'"messageTimestamp":1e308,"messageType":"conversation"}}',
    b'{"event":"messages.upsert","instance":"x","data":{"key":{"remoteJid":"5511999998888@s.whatsapp.net","id":"a",'
    b'"fromMe":false},"messageTimestamp":' + b"9" * 400 + b',"messageType":"conversation"}}',
]  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_told(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No request of these may leave a line that a person has to look at."""
    with caplog.at_level(logging.WARNING):
        yield
    told = [record for record in caplog.records if "Invalid HTTP request" not in record.getMessage()]
    assert [(record.name, record.getMessage()) for record in told] == []


@pytest.fixture(scope="module")
def cookie(app: FastAPI) -> str:
    value: str = app.state.services.sessions.open(Caller("service", "key:test"), LONGEST)
    return f"{COOKIE}={value}"


@pytest.fixture(scope="module")
def signed_in(address: str, cookie: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, headers={"Cookie": cookie}, trust_env=False, timeout=20) as client:
        yield client


def status_of(address: str, request: bytes) -> int:
    """The status with which raw bytes are answered; 400 where the connection is closed instead."""
    url = httpx.URL(address)
    with socket.create_connection((url.host, url.port or 80), timeout=20) as client:
        try:
            client.sendall(request)
            line = client.makefile("rb").readline().split()
        except ConnectionError:
            return 400
        return int(line[1]) if line else 400


def refused_or_answered(status: int) -> bool:
    return 200 <= status < 500


@pytest.mark.parametrize(
    ("path", "step"),
    [*((path, 6 if path in HEAVY else 1) for path in EVERY),
     *(pytest.param(path, 1, marks=pytest.mark.long) for path in HEAVY)],
)  # fmt: skip
def test_odd_headers(address: str, stack: LocalStack, cookie: str, path: str, step: int) -> None:
    for method in ("GET", "POST"):
        for name, value in ODD_HEADERS[::step]:
            usual = {"Host": b"x", "Authorization": f"Bearer {stack.service_key}".encode(), "Cookie": cookie.encode()}
            sent = {**usual, "Content-Type": b"application/json", "Connection": b"close", name: value}
            lines = b"".join(f"{key}: ".encode() + line + b"\r\n" for key, line in sent.items())
            request = f"{method} {path} HTTP/1.1\r\n".encode() + lines + b"Content-Length: 2\r\n\r\n{}"
            status = status_of(address, request)
            assert refused_or_answered(status), (method, name, value[:50], status)


@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW", "get"]
)
def test_odd_methods(address: str, cookie: str, method: str) -> None:
    for path in EVERY:
        for version in ("1.1", "1.0"):
            head = f"{method} {path} HTTP/{version}\r\nHost: x\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
            assert refused_or_answered(status_of(address, head.encode())), path


@pytest.mark.parametrize("target", ODD_TARGETS)
def test_odd_targets(address: str, cookie: str, target: str) -> None:
    for method in ("GET", "POST"):
        head = f"{method} {target} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
        assert refused_or_answered(status_of(address, head.encode()))


@pytest.mark.parametrize("date", ODD_DATES)
def test_odd_dates(http: httpx.Client, signed_in: httpx.Client, stack: LocalStack, ours: Business, date: str) -> None:
    key = {"Authorization": f"Bearer {stack.service_key}"}
    for query in ("from", "to"):
        for more in ({}, {"organizationId": str(ours.organization)}):
            answer = http.get(f"{BASE}/messages", params={query: date, **more}, headers=key)
            assert answer.status_code in (200, 422), date
    answer = http.post(f"{BASE}/preview", json={"type": "daily_summary", "at": date, **named(ours)}, headers=key)
    assert answer.status_code in (200, 409, 422), answer.text
    for page in (
        f"/painel?periodo=datas&de={quote(date)}",
        f"/mensagens?de={quote(date)}",
        f"/mensagens?ate={quote(date)}",
    ):
        assert signed_in.get(page).status_code in (200, 422), page


@pytest.mark.parametrize("moment", ODD_MOMENTS)
def test_odd_cursors(http: httpx.Client, signed_in: httpx.Client, stack: LocalStack, moment: str) -> None:
    cursor = base64.urlsafe_b64encode(f"{moment} {NOBODY}".encode()).decode().rstrip("=")
    key = {"Authorization": f"Bearer {stack.service_key}"}
    assert http.get(f"{BASE}/messages", params={"cursor": cursor}, headers=key).status_code in (200, 422)
    page = signed_in.get("/mensagens", params={"antes": moment, "antes_id": NOBODY})
    assert page.status_code in (200, 422)


@pytest.mark.parametrize("odd", ODD_IDS)
def test_odd_ids(http: httpx.Client, signed_in: httpx.Client, stack: LocalStack, odd: str) -> None:
    key = {"Authorization": f"Bearer {stack.service_key}"}
    inside = quote(odd, safe="")
    for path in (f"messages/{inside}", f"jobs/{inside}"):
        assert refused_or_answered(http.get(f"{BASE}/{path}", headers=key).status_code)
        assert 400 <= http.post(f"{BASE}/{path}/requeue", headers=key).status_code < 500
    assert refused_or_answered(http.get(f"{BASE}/messages", params={"organizationId": odd}, headers=key).status_code)
    assert refused_or_answered(http.get(f"{BASE}/messages", params={"cursor": odd}, headers=key).status_code)
    for body in ({"organizationId": odd, "ownerNumberId": NOBODY}, {"organizationId": NOBODY, "ownerNumberId": odd}):
        answer = http.post(BASE, json={"type": "daily_summary", **body}, headers=key)
        assert 400 <= answer.status_code < 500
    campaign = {"campaignType": "x", "targetAudience": "vip", "message": "x"}
    asked = {"type": "custom_campaign", "campaignId": odd, "data": campaign, "organizationId": NOBODY}
    assert 400 <= http.post(BASE, json=asked, headers=key).status_code < 500
    for page in (
        f"/mensagens/{inside}",
        f"/mensagens?id={inside}",
        f"/painel?organizacao={inside}",
        f"/mensagens?organizacao={inside}",
    ):
        assert refused_or_answered(signed_in.get(page).status_code), page


@pytest.mark.parametrize("number", ODD_NUMBERS)
def test_odd_numbers(http: httpx.Client, signed_in: httpx.Client, stack: LocalStack, number: str) -> None:
    key = {"Authorization": f"Bearer {stack.service_key}"}
    for query in ("limit", "cursor", "state", "page", "offset"):
        for path in ("jobs", "messages"):
            answer = http.get(f"{BASE}/{path}", params=[(query, number), (query, "1")], headers=key)
            assert answer.status_code in (200, 422), (path, query)
            assert http.get(f"{BASE}/{path}", params={query: number}, headers=key).status_code in (200, 422)
    for page in (
        "/painel?periodo=",
        "/painel/agora?periodo=",
        "/mensagens?antes=",
        "/mensagens?pagina=",
        "/mensagens?situacao=",
    ):
        assert refused_or_answered(signed_in.get(page + quote(number)).status_code), page


@pytest.mark.parametrize("body", ODD_BODIES, ids=lambda body: repr(body[:40]))
def test_odd_bodies(http: httpx.Client, signed_in: httpx.Client, stack: LocalStack, body: bytes) -> None:
    for path in (*CHANGE, "/webhooks/whatsapp/evolution"):
        secret = stack.webhook_secret if path.startswith("/webhooks") else stack.service_key
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        answer = http.post(path, content=body, headers=headers)
        assert refused_or_answered(answer.status_code), (path, answer.text)
        if answer.status_code >= 400:
            assert json.loads(answer.content)["status"] == answer.status_code
            assert answer.headers["content-type"] == "application/problem+json"
    for path in FORMS:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert refused_or_answered(signed_in.post(path, content=body, headers=form).status_code), path


@pytest.mark.parametrize("field", ["credencial", "para", "csrf", "x", "credencial&credencial"])
@pytest.mark.parametrize(
    "value", ["%00", "%ff", "%ED%A0%80", "a.b.c", "." * 3000, "%F0%9F%98%80", "%", "&" * 100, "x" * 60_000]
)
def test_odd_forms(http: httpx.Client, field: str, value: str) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/entrar", "/sair"):
        answer = http.post(path, content=f"{field}={value}".encode(), headers=form)
        assert refused_or_answered(answer.status_code)
