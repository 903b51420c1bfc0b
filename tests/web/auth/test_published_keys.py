"""Published keys that are away, slow, huge or none are told as such, and hold nobody up one after the other."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt import PyJWKClientConnectionError

from proactive.web.auth import published_keys
from proactive.web.auth.published_keys import PublishedKeys

KEY = ec.generate_private_key(ec.SECP256R1())
GOOD = json.dumps(
    {"keys": [json.loads(jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key())) | {"kid": "ec", "alg": "ES256"}]}
).encode()
Talk = Callable[[socket.socket], None]


@contextmanager
def answering(talk: Talk) -> Iterator[str]:
    """An address at which each connection is answered by `talk`."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client:
                    client.recv(4096)
                    try:
                        talk(client)
                    except OSError:
                        continue

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/jwks.json"
        server.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def whole(body: bytes, status: bytes = b"200 OK", headers: bytes = b"") -> Talk:
    head = b"HTTP/1.1 " + status + b"\r\nContent-Length: %d\r\nConnection: close\r\n" % len(body)
    return lambda client: client.sendall(head + headers + b"\r\n" + body)


def drips(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        client.sendall(b" ")
        threading.Event().wait(0.05)


def endless(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    while True:
        client.sendall(b" " * 65536)


BAD: dict[str, Talk] = {
    "a page": whole(b"<html>"), "an empty body": whole(b""), "a list": whole(b"[1]"), "null": whole(b"null"),
    "no keys": whole(b"{}"), "keys of nothing": whole(b'{"keys": []}'), "keys as text": whole(b'{"keys": "x"}'),
    "keys that are none": whole(b'{"keys": [1, null, "x"]}'), "unknown keys": whole(b'{"keys": [{"kty": "x"}]}'),
    "brackets": whole(b"[" * 100_000), "an error": whole(GOOD, b"500 Error"), "not found": whole(GOOD, b"404 No"),
    "elsewhere": whole(GOOD, b"302 Found", b"Location: http://127.0.0.1:1/\r\n"), "too much": whole(b" " * 300_000),
    "not UTF-8": whole(b"\xff\xfe{"), "broken packing": whole(b"zz", headers=b"Content-Encoding: gzip\r\n"),
    "nothing at all": lambda client: None, "no HTTP": lambda client: client.sendall(b"220 smtp\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_holds_no_keys_is_told_as_away(what: str) -> None:
    with answering(BAD[what]) as url, pytest.raises(PyJWKClientConnectionError) as told:
        PublishedKeys(url).get_signing_key("ec")
    assert "127.0.0.1" not in str(told.value)


@pytest.mark.parametrize("talk", [drips, endless])
def test_an_answer_that_never_ends_is_given_up(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published_keys, "_FETCH_SECONDS", 0.5)
    with answering(talk) as url:
        started = time.monotonic()
        with pytest.raises(PyJWKClientConnectionError):
            PublishedKeys(url).get_signing_key("ec")
        assert time.monotonic() - started < 3


def test_keys_that_were_away_a_moment_ago_are_not_asked_for_again() -> None:
    asked = 0

    def counted(client: socket.socket) -> None:
        nonlocal asked
        asked += 1
        whole(b"{}")(client)

    with answering(counted) as url:
        keys = PublishedKeys(url)
        for _ in range(20):
            with pytest.raises(PyJWKClientConnectionError):
                keys.get_signing_key("ec")
    assert asked == 1


def test_keys_are_fetched_once_and_found_by_their_id() -> None:
    asked = 0

    def counted(client: socket.socket) -> None:
        nonlocal asked
        asked += 1
        whole(GOOD)(client)

    with answering(counted) as url:
        keys = PublishedKeys(url)
        assert [keys.get_signing_key("ec").key_id for _ in range(5)] == ["ec"] * 5
    assert asked == 1
