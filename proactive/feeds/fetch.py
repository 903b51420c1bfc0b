"""Fetching a feed's file: from public addresses alone, within ten seconds, and not too much. For the child alone.

What a name resolves to is checked, and that address is connected to: a name that resolves to something else a moment
later leads nowhere else. requests-hardened looks at the first address alone (docs/decisions/0088-fetching-feeds.md).
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import urljoin

import requests

from proactive.deadline.allowance import Answer, AnswerTooLarge
from proactive.deadline.session import BoundedSession, NeverLeft
from proactive.feeds.address import FeedAddress, UnusableAddress, feed_address, is_public
from proactive.feeds.faults import FeedFault

#: Seconds in all, redirects, and bytes on the wire (of which most are long over and dropped).
SECONDS, MOST_REDIRECTS, LARGEST = 10.0, 3, 32 * 1024 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FAULTS = {401: "denied", 403: "denied", 404: "not_found", 410: "not_found", 429: "server"}
_LONGEST_VALIDATOR = 500
_TRIED = 3

Resolve = Callable[[str, float], Sequence[str]]


class Fetched(NamedTuple):
    """A file with its validators; no `body` where it is the one that was read before."""

    body: bytes | None
    etag: str | None
    last_modified: str | None


def resolve(host: str, seconds: float) -> Sequence[str]:
    """Every address of a name.

    Raises:
        FeedFault: it has none, or none was told in so many seconds.
    """
    found: list[str] = []
    failed: list[bool] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            failed.append(True)
        else:
            found.extend(dict.fromkeys(str(answer[4][0]) for answer in answers))

    # nothing ends a question to the system's resolver: this process ends before its answer
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    if asking.is_alive():
        raise FeedFault("too_slow", "its name was not resolved in time")
    if failed or not found:
        raise FeedFault("not_found_host")
    return found


class Fetcher:
    """Fetches files. For tests: how names are resolved, who is asked in an address' place, whose certificates count."""

    def __init__(
        self, resolve: Resolve = resolve, netloc: Callable[[str], str] | None = None, certificates: str | None = None,
        seconds: float = SECONDS, largest: int = LARGEST,
    ) -> None:  # fmt: skip
        self._resolve, self._netloc, self._certificates = resolve, netloc or _netloc, certificates
        self._seconds, self._largest = seconds, largest

    def fetch(self, address: FeedAddress, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Fetch a file, unless its server says that it is still the one of these validators.

        Raises:
            FeedFault: it leads elsewhere than to a public server, or there is no good answer.
        """
        until = time.monotonic() + self._seconds
        headers = {"If-None-Match": etag} if etag else {}
        headers |= {"If-Modified-Since": last_modified} if last_modified else {}
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._ask(address, headers, until)
            if answer.status not in _REDIRECTS:
                return _fetched(answer, asked_whether_new=bool(headers))
            address = _redirected(address, answer.headers.get("Location", ""))
        raise FeedFault("redirects")

    def _ask(self, address: FeedAddress, headers: dict[str, str], until: float) -> Answer:
        host = address.host.strip("[]")
        found = self._resolve(host, _left(until))
        if not all(is_public(each) for each in found):
            raise FeedFault("address_not_public")
        for number, each in enumerate(found[:_TRIED], 1):
            try:
                return self._ask_at(each, address, headers, until)
            except NeverLeft as error:
                if number == min(_TRIED, len(found)):
                    _left(until)
                    raise FeedFault("unreachable" if error.secured else "certificate", str(error)) from None
            except requests.exceptions.Timeout:
                raise FeedFault("too_slow") from None
            except requests.RequestException as error:
                if _is_too_large(error):
                    raise FeedFault("too_large", "the answer") from None
                raise FeedFault("unreachable", type(error).__name__) from None
        raise FeedFault("not_found_host")

    def _ask_at(self, at: str, address: FeedAddress, headers: dict[str, str], until: float) -> Answer:
        with BoundedSession() as session:
            session.trust_env = False  # no proxy, no password of this machine
            session.verify = self._certificates or True
            # the certificate is that of the name, whoever is connected to
            manager = session.get_adapter("https://").poolmanager  # type: ignore[attr-defined]  # HTTPAdapter's
            name = address.host.strip("[]")
            manager.connection_pool_kw |= {"assert_hostname": name}
            if not _is_address(name):
                manager.connection_pool_kw |= {"server_hostname": name}
            asked = {"Host": address.host, "Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "identity"}
            return session.ask(
                "GET", f"https://{self._netloc(at)}{address.target}", seconds=_left(until), largest=self._largest,
                connect=min(3.0, _left(until)), headers=asked | {"User-Agent": "Aurora-Proactive-Worker"} | headers,
            )  # fmt: skip


def _netloc(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise FeedFault("too_slow")
    return left


def _is_too_large(error: BaseException | None) -> bool:
    """Whether an answer was too large: whichever layer raised it, it is what the others were raised for."""
    while error is not None and not isinstance(error, AnswerTooLarge):
        error = error.__context__
    return error is not None


def _redirected(address: FeedAddress, location: str) -> FeedAddress:
    try:
        return feed_address(urljoin(address.text, location.strip()))
    except (UnusableAddress, ValueError):
        raise FeedFault("redirect_refused") from None


def _fetched(answer: Answer, *, asked_whether_new: bool) -> Fetched:
    if answer.status == 304 and asked_whether_new:
        return Fetched(None, None, None)
    if answer.status != 200:
        code = _FAULTS.get(answer.status, "server" if answer.status >= 500 else "status")
        raise FeedFault(code, f"status {answer.status}")
    if answer.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise FeedFault("encoded")
    return Fetched(answer.body, _validator(answer, "ETag"), _validator(answer, "Last-Modified"))


def _validator(answer: Answer, name: str) -> str | None:
    value = answer.headers.get(name, "").strip()
    usable = value.isascii() and value.isprintable() and 0 < len(value) <= _LONGEST_VALIDATOR
    return value if usable else None
