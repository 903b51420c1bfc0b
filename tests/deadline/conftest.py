"""Answers that drip, in every part of them, and answers that are bombs."""

from __future__ import annotations

import gzip
import ssl
import zlib
from pathlib import Path

import pytest

from tests.support.dripping import certificate

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

#: What comes at once, and what drips after it, by the part of the answer that drips.
DRIPS = {
    "status line": (b"", b"H"),
    "first header": (b"HTTP/1.1 200 OK\r\n", b"X"),
    "headers without end": (_HEAD, b"X: y\r\n"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body of a known length": (_HEAD + b"Content-Length: 100000\r\n\r\n{", b" "),
    "body until it closes": (_HEAD + b"Connection: close\r\n\r\n{", b" "),
    "chunks": (_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "length of a chunk": (_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "extension of a chunk": (_HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x"),
    "trailers": (_HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n"),
    "packed body": (_HEAD + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n" + gzip.compress(b"{}")[:10], b"\0"),
    "body of a failure": (b"HTTP/1.1 503 No\r\nContent-Length: 9999\r\n\r\n<", b" "),
    "body of a redirect": (b"HTTP/1.1 302 No\r\nLocation: /other\r\nContent-Length: 9999\r\n\r\n<", b" "),
}


def bomb(megabytes: int) -> bytes:
    """A gzip of zeros, a thousandth of that size."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()


def packed_answer(body: bytes, encoding: str = "gzip", status: bytes = b"200 OK") -> bytes:
    """A whole answer whose body is packed."""
    head = b"HTTP/1.1 " + status + b"\r\nContent-Encoding: " + encoding.encode()
    return head + b"\r\nConnection: close\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return certificate(tmp_path_factory.mktemp("tls"))
