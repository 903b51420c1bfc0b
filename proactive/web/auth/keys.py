"""Service keys: random, stored as SHA-256 hashes only, several at once so that one can replace another."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from proactive.errors import SettingsError

#: So that people and secret scanners recognise one.
PREFIX = "aurora_"
#: An entry of `API_KEYS`; a key has 256 random bits, so that a plain hash of it cannot be turned back.
ENTRY = re.compile(r"(?:(?P<name>[A-Za-z0-9_-]{1,40}):)?sha256:(?P<digest>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key as it is stored; `name` is its own or the beginning of its hash."""

    name: str
    digest: str


def make_key(name: str | None = None) -> tuple[str, str]:
    """A new key, and its entry for `API_KEYS`."""
    key = PREFIX + secrets.token_urlsafe(32)
    entry = f"sha256:{_digest(key)}"
    return key, f"{name}:{entry}" if name else entry


def parse_keys(entries: str) -> tuple[StoredKey, ...]:
    """The entries of `API_KEYS`, separated by commas; none where it is empty.

    Raises:
        SettingsError: one of them is not an entry; it is not repeated.
    """
    parts = [part.strip() for part in entries.split(",") if part.strip()]
    matches = [ENTRY.fullmatch(part) for part in parts]
    if None in matches:
        number = matches.index(None) + 1
        raise SettingsError(
            f"API_KEYS: entry {number} is not usable. It should look like sha256:<64 hex digits> or "
            "name:sha256:<64 hex digits>; scripts/api_key.py makes one."
        )
    return tuple(StoredKey(match["name"] or match["digest"][:12], match["digest"]) for match in matches if match)


class ServiceKeys:
    """The keys that are accepted."""

    def __init__(self, keys: tuple[StoredKey, ...]) -> None:
        self._keys = keys

    def name_of(self, key: str) -> str | None:
        """The name of an accepted key, None of any other. Takes as long for the first as for none of them."""
        digest = _digest(key)
        found = None
        for known in self._keys:
            if hmac.compare_digest(known.digest, digest):
                found = known.name
        return found


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
