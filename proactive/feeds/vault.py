"""The vault of feeds' addresses: they are secrets, and the database has them encrypted only.

Imported where addresses come in (web) and where they are fetched (the child process): `cryptography` is heavy.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import NamedTuple

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from proactive.errors import ProactiveError
from proactive.feeds.address import FeedAddress, UnusableAddress, feed_address


class UnreadableAddress(ProactiveError):
    """An address was encrypted with a key that is not there any more."""


class SealedAddress(NamedTuple):
    """An address as the database has it: the token, which key it was made with, and a keyed digest of the address."""

    address: str
    address_key: str
    address_digest: str


class Vault:
    """Seals addresses with the first of its keys (URL-safe base64), and opens them with any."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def seal(self, address: FeedAddress) -> SealedAddress:
        """An address as it is stored."""
        key = self._keys[0]
        token = Fernet(key).encrypt(address.text.encode())
        return SealedAddress(token.decode(), key_id(key), _digest(key, address))

    def open(self, token: str) -> FeedAddress:
        """The address of a token.

        Raises:
            UnreadableAddress: none of the keys opens it.
        """
        try:
            return feed_address(MultiFernet([Fernet(key) for key in self._keys]).decrypt(token).decode())
        except (InvalidToken, UnusableAddress, ValueError):
            raise UnreadableAddress("a feed's address cannot be decrypted with the keys of CALENDAR_KEY") from None

    def renewed(self, address: FeedAddress, address_key: str | None) -> SealedAddress | None:
        """The address sealed anew where it was sealed with another key than the first; None where that is not so."""
        return None if address_key == key_id(self._keys[0]) else self.seal(address)

    def digests(self, address: FeedAddress) -> list[str]:
        """The digests that this address may be stored with."""
        return [_digest(key, address) for key in self._keys]


def key_id(key: str) -> str:
    """What a key is called; it tells nothing of it."""
    return hashlib.sha256(b"aurora feeds key " + key.encode()).hexdigest()[:12]


def _digest(key: str, address: FeedAddress) -> str:
    return hmac.new(key.encode(), b"aurora feeds address " + address.text.encode(), hashlib.sha256).hexdigest()
