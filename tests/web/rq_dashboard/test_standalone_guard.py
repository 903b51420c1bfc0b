"""The dashboard that stands alone answers by its own names, to who knows the password, and obeys its own pages."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from proactive.web.rq_dashboard.standalone_guard import StandaloneGuard
from tests.web.conftest import served

HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
SECRET = "não é fácil"


async def answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"taken by {request.method}")


def guarded(password: str | None = None) -> Starlette:
    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST", "PUT", "DELETE"])])
    return StandaloneGuard(app, HOSTS, "ana" if password else None, password)  # type: ignore[return-value]


@pytest.fixture(scope="module")
def open_one() -> Iterator[httpx.Client]:
    with served(guarded()) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def locked_one() -> Iterator[httpx.Client]:
    with served(guarded(SECRET)) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield client


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:9181", "localhost", "LOCALHOST:80", "[::1]", "[::1]:9181", "localhost:99999"]
)
def test_its_own_names_are_answered(open_one: httpx.Client, host: str) -> None:
    assert open_one.get("/", headers={"Host": host}).text == "taken by GET"


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:9181", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example",
     "evil.example@127.0.0.1", "127.0.0.2", "0.0.0.0", "[::2]", "localhost.", "xn--localhost", "127.1", "2130706433",
     "[::1].evil.example@x:[", "", "[::ffff:127.0.0.1]"],
)  # fmt: skip
def test_no_other_name_is_answered(open_one: httpx.Client, host: str) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        assert open_one.request(method, "/", headers={"Host": host}).status_code in (400, 421)


@pytest.mark.parametrize("hosts", [("127.0.0.1", "evil.example"), ("evil.example", "127.0.0.1"), ()])
def test_two_names_at_once_or_none_are_not_answered(open_one: httpx.Client, hosts: tuple[str, ...]) -> None:
    url = open_one.base_url
    with socket.create_connection((url.host, url.port or 80), timeout=5) as client:
        named = "".join(f"Host: {host}\r\n" for host in hosts)
        client.sendall(f"GET / HTTP/1.0\r\n{named}\r\n".encode())
        assert client.makefile("rb").readline().split()[1] in (b"400", b"421")


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1"}, {"Origin": "http://["},
     {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Referer": "http://127.0.0.1:1/form"},
     {"Referer": "https://evil.example/127.0.0.1"}, {"Origin": "http://127.0.0.1\\@x"}],
)  # fmt: skip
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_another_sites_page_changes_nothing(open_one: httpx.Client, method: str, headers: dict[str, str]) -> None:
    assert open_one.request(method, "/queue/x/empty", headers=headers).status_code == 403


def test_its_own_page_and_programs_may_change_something(open_one: httpx.Client) -> None:
    own = str(open_one.base_url).rstrip("/")
    for headers in (
        {},
        {"Origin": own},
        {"Origin": own, "Sec-Fetch-Site": "same-origin"},
        {"Referer": f"{own}/0/view"},
    ):
        assert open_one.post("/queue/x/empty", headers=headers).text == "taken by POST"


def basic(credential: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(credential.encode()).decode()}


def test_with_a_password_nothing_is_shown_without_it(locked_one: httpx.Client) -> None:
    refused: list[dict[str, str]] = [
        {}, basic("ana:"), basic(":" + SECRET), basic("ana:falsch"), basic(f"ana:{SECRET} "), basic(f"Ana:{SECRET}"),
        {"Authorization": "Basic !!"}, {"Authorization": "Basic"}, {"Authorization": "Bearer x"},
        {"Authorization": "Basic " + "A" * 5000},
    ]  # fmt: skip
    for headers in refused:
        answer = locked_one.get("/", headers=headers)
        assert answer.status_code == 401, headers
        assert answer.headers["www-authenticate"].startswith("Basic")
    assert locked_one.get("/", headers=basic(f"ana:{SECRET}")).status_code == 200
    foreign = basic(f"ana:{SECRET}") | {"Origin": "https://evil.example"}
    assert locked_one.post("/", headers=foreign).status_code == 403


def test_every_answer_has_the_headers_of_pages(open_one: httpx.Client) -> None:
    for headers in ({}, {"Host": "evil.example"}):
        answered = open_one.get("/", headers=headers).headers
        assert answered["x-frame-options"] == "DENY"
        assert answered["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in answered["content-security-policy"]
