"""The allowance of an answer: how long it may take as a whole, and how large it may be.

A timeout of an HTTP library is the longest silence between two bytes: a server that sends a byte a second keeps its
caller for ever. Here each read from the connection gets what is left of the whole answer's time, whether it is of a
status line, of headers, of a body, of a proxy's own answer, or of TLS (whose reads and handshakes end in time by
themselves). What is received is counted before it is unpacked, and unpacked up to the same size.

An allowance belongs to the thread that waits for the answer: nothing is shared between threads, and no thread watches.
"""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

#: What can be unpacked up to a size. A server that follows HTTP sends nothing else.
ENCODINGS = "gzip, deflate"
#: The status line, headers and frames of an answer, beside its body.
_FRAMING = 256 * 1024
_thread = threading.local()


class AnswerTooLarge(OSError):
    """An answer is larger than its reader allows."""


class Allowance:
    """The rest of the time (seconds) and size (bytes on the wire) that one answer may take."""

    def __init__(self, seconds: float, largest: int) -> None:
        self._until = time.monotonic() + seconds
        self._bytes = largest + _FRAMING
        #: Whether something of the request has left for its server: a proxy's own exchange does not count.
        self.request_left = False

    def seconds_left(self) -> float:
        """The seconds that are left. Raises TimeoutError where none are."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the whole answer did not come in time")
        return left

    def take(self, received: int) -> None:
        """Count received bytes. Raises AnswerTooLarge where they are more than allowed."""
        self._bytes -= received
        if self._bytes < 0:
            raise AnswerTooLarge("the answer is too large")


def allowance() -> Allowance | None:
    """The allowance of the answer that this thread waits for; None where it waits for none."""
    return getattr(_thread, "allowance", None)


@contextmanager
def answer_within(seconds: float, largest: int) -> Iterator[Allowance]:
    """Give the answers that this thread waits for in the block so many seconds, from now on, and so many bytes."""
    before, given = allowance(), Allowance(seconds, largest)
    _thread.allowance = given
    try:
        yield given
    finally:
        _thread.allowance = before


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer that is all here, unpacked. `headers` are read in any letter case."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    def json(self) -> Any:
        """The JSON of the body. Raises ValueError where it is none."""
        try:
            return json.loads(self.body)
        except RecursionError:
            raise ValueError("too deep") from None


def unpacked(body: bytes, encoding: str, largest: int) -> bytes:
    """A body as it was before it was packed; `encoding` is the answer's Content-Encoding.

    Raises:
        AnswerTooLarge: it would be larger than `largest` bytes; no more than these were unpacked.
        ValueError: it is packed in a way that was not asked for, or it is broken.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity") or not body:
        return body
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise ValueError("an encoding that was not asked for")
    found, rest = b"", body
    while rest:  # gzip may come in several members
        unpacker = zlib.decompressobj(_window(encoding, rest))
        try:
            found += unpacker.decompress(rest, largest + 1 - len(found))
        except zlib.error:
            raise ValueError("a broken packing") from None
        if len(found) > largest:
            raise AnswerTooLarge("the answer is too large once unpacked")
        if not unpacker.eof:
            raise ValueError("a packing that breaks off")
        rest = unpacker.unused_data if encoding != "deflate" else b""
    return found


def _window(encoding: str, packed: bytes) -> int:
    """The way zlib has to read it: `deflate` comes with zlib's header, and from some servers without any."""
    if encoding == "deflate":
        bare = packed[0] & 0x0F != zlib.DEFLATED or int.from_bytes(packed[:2], "big") % 31 != 0
        return -zlib.MAX_WBITS if bare else zlib.MAX_WBITS
    return 16 + zlib.MAX_WBITS
