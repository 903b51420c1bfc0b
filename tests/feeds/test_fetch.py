"""Fetching over real TLS: only public addresses, those that were checked, in time, and not too much."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from proactive.feeds.address import feed_address
from proactive.feeds.faults import FeedFault
from proactive.feeds.fetch import Fetched, Fetcher, resolve
from tests.feeds.addresses import FORBIDDEN
from tests.feeds.sites import FILE, HOST, PUBLIC, Site, answered, packed, serving_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving_site(tmp_path_factory.mktemp("site")) as site:
        yield site


class Names:
    """Names as they resolve, question by question; the last answer stays."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers, self.asked = list(answers), list[str]()

    def __call__(self, host: str, seconds: float) -> Sequence[str]:
        assert 0 < seconds <= 10
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def fetch(
    site: Site, target: str = "/a.ics", names: Names | None = None, connected: list[str] | None = None,
    validators: tuple[str | None, str | None] = (None, None), **options: Any,
) -> Fetched:  # fmt: skip
    """Fetch from the site, whichever address is connected to."""

    def netloc(address: str) -> str:
        if connected is not None:
            connected.append(address)
        return f"127.0.0.1:{site.port}"

    fetcher = Fetcher(names or Names([PUBLIC]), netloc, site.certificate, **options)
    return fetcher.fetch(feed_address(f"https://{HOST}{target}"), *validators)


def fault(site: Site, target: str = "/a.ics", names: Names | None = None, **options: Any) -> str:
    with pytest.raises(FeedFault) as raised:
        fetch(site, target, names, **options)
    assert HOST not in str(raised.value) and "a.ics" not in str(raised.value)
    return raised.value.code


def test_a_file_is_fetched_from_the_checked_address_by_its_name(site: Site) -> None:
    names, connected = Names([PUBLIC, "1.1.1.1"], ["127.0.0.1"]), list[str]()
    site.answers["/a.ics"] = answered(200, FILE, ETag='"1"', Last_Modified="Mon, 01 Jun 2026 12:00:00 GMT")
    fetched = fetch(site, "/a.ics?key=%20secret", names, connected)
    assert fetched == Fetched(FILE, '"1"', "Mon, 01 Jun 2026 12:00:00 GMT")
    assert (names.asked, connected) == ([HOST], [PUBLIC])
    asked = site.asked[-1]
    assert (asked.path, asked.name, asked.headers["host"]) == ("/a.ics?key=%20secret", HOST, HOST)
    assert asked.headers["accept-encoding"] == "identity"
    assert not asked.headers.keys() & {"authorization", "cookie", "if-none-match", "if-modified-since", "referer"}


def test_what_was_read_before_is_not_sent_again(site: Site) -> None:
    site.answers["/same"] = answered(304)
    assert fetch(site, "/same", validators=('"1"', "Mon")).body is None
    assert (site.asked[-1].headers["if-none-match"], site.asked[-1].headers["if-modified-since"]) == ('"1"', "Mon")
    assert fault(site, "/same") == "status"  # nobody asked whether it is new


@pytest.mark.parametrize("address", FORBIDDEN)
def test_no_forbidden_address_is_connected_to_alone_or_behind_a_public_one(site: Site, address: str) -> None:
    connected = list[str]()
    for found in ([address], [PUBLIC, address], [address, PUBLIC]):
        assert fault(site, names=Names(found), connected=connected) == "address_not_public"
    assert not connected


def test_a_name_that_comes_to_resolve_elsewhere_is_checked_anew_at_each_redirect(site: Site) -> None:
    site.answers["/moved"] = answered(302, Location=f"https://{HOST}/a.ics")
    connected = list[str]()
    names = Names([PUBLIC], ["169.254.169.254"])
    assert fault(site, "/moved", names, connected=connected) == "address_not_public"
    assert connected == [PUBLIC]


@pytest.mark.parametrize(
    "location",
    [
        "http://calendar.example.com/a.ics", "https://calendar.example.com:8443/", "https://127.0.0.1/", "file:///x",
        "https://user@calendar.example.com/", "https://[::1]/", "//localhost/x", "https://exa mple.com/", "\\\\x\\y",
        "https://2130706433/", "ftp://calendar.example.com/",
    ],
)  # fmt: skip
def test_a_redirect_leads_only_where_an_address_may(site: Site, location: str) -> None:
    site.answers["/away"] = answered(301, Location=location)
    assert fault(site, "/away") == "redirect_refused"


def test_three_redirects_are_followed_and_a_fourth_is_not(site: Site) -> None:
    for number in range(1, 5):
        site.answers[f"/hop{number}"] = answered(307, Location=f"/hop{number - 1}" if number > 1 else "a.ics")
    assert fetch(site, "/hop3").body == FILE
    assert fault(site, "/hop4") == "redirects"
    site.answers["/round"] = answered(302, Location="/round")
    assert fault(site, "/round") == "redirects"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "denied"), (403, "denied"), (404, "not_found"), (410, "not_found"), (429, "server"), (500, "server"),
        (503, "server"), (204, "status"), (206, "status"), (418, "status"), (300, "status"), (305, "status"),
    ],
)  # fmt: skip
def test_an_answer_without_a_file_is_a_fault(site: Site, status: int, code: str) -> None:
    site.answers["/status"] = answered(status)
    assert fault(site, "/status") == code


def test_an_answer_that_is_packed_is_refused(site: Site) -> None:
    site.answers["/packed"] = packed(FILE)
    assert fault(site, "/packed") == "encoded"
    site.answers["/bomb"] = packed(b"0" * 50_000_000)
    assert fault(site, "/bomb", largest=100_000) == "too_large"


def test_an_answer_that_is_too_large_or_too_slow_ends(site: Site) -> None:
    site.answers["/large"] = answered(200, b"x" * 1_000_000)
    assert fault(site, "/large", largest=10_000) == "too_large"
    assert fault(site, "/slow", seconds=0.3) == "too_slow"


def test_an_answer_that_breaks_off_is_no_file(site: Site) -> None:
    site.answers["/short"] = answered(200, FILE, Content_Length="1000")
    assert fault(site, "/short", seconds=1.0) in ("unreachable", "too_slow")


def test_a_site_that_is_not_who_it_should_be_is_not_read(site: Site) -> None:
    other = Fetcher(Names([PUBLIC]), lambda _: f"127.0.0.1:{site.port}", site.certificate)
    with pytest.raises(FeedFault, match="certificate"):
        other.fetch(feed_address("https://another.example.com/a.ics"))
    unknown = Fetcher(Names([PUBLIC]), lambda _: f"127.0.0.1:{site.port}")
    with pytest.raises(FeedFault, match="certificate"):
        unknown.fetch(feed_address(f"https://{HOST}/a.ics"))


def test_a_public_address_may_stand_for_a_name(site: Site) -> None:
    fetcher = Fetcher(lambda host, _: [host], lambda _: f"127.0.0.1:{site.port}", site.certificate)
    assert fetcher.fetch(feed_address(f"https://{PUBLIC}/a.ics")).body == FILE
    assert site.asked[-1].headers["host"] == PUBLIC


def test_the_next_address_is_tried_where_one_cannot_be_reached(site: Site) -> None:
    ports = iter([1, site.port])
    fetcher = Fetcher(Names([PUBLIC, "1.1.1.1"]), lambda _: f"127.0.0.1:{next(ports)}", site.certificate)
    assert fetcher.fetch(feed_address(f"https://{HOST}/a.ics")).body == FILE
    gone = Fetcher(Names([PUBLIC]), lambda _: "127.0.0.1:1", site.certificate)
    with pytest.raises(FeedFault, match="unreachable"):
        gone.fetch(feed_address(f"https://{HOST}/a.ics"))


def test_proxies_and_passwords_of_the_machine_are_not_used(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text(f"machine 127.0.0.1 login ana password secret\nmachine {HOST} login a password b")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("HTTPS_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert fetch(site).body == FILE
    assert "authorization" not in site.asked[-1].headers


def test_a_name_is_resolved_by_the_system_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(resolve("localhost", 20)) <= {"127.0.0.1", "::1"}
    with pytest.raises(FeedFault, match="not_found_host"):
        resolve("a" * 70 + ".example.com", 20)  # no name is so long
    answer = threading.Event()

    def asked(*_: object, **__: object) -> list[object]:
        answer.wait(20)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", asked)
    with pytest.raises(FeedFault, match="too_slow"):
        resolve("slow.example.com", 0.05)
    answer.set()
    with pytest.raises(FeedFault, match="not_found_host"):
        resolve("nobody.example.com", 20)
