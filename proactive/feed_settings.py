"""The setting of feeds, as the environment has it: the keys that their addresses are encrypted with."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from pydantic import AfterValidator, BaseModel, SecretStr

_BYTES = 32
_EXPECTED = "each key, with commas between them, should be what openssl rand -base64 32 prints"


def calendar_keys(text: str) -> tuple[str, ...]:
    """The keys that a text names, in URL-safe base64, the one to encrypt with first. Raises ValueError."""
    keys = tuple(part.strip().translate(str.maketrans("+/", "-_")) for part in text.split(","))
    for key in keys:
        try:
            size = len(base64.b64decode(key, altchars=b"-_", validate=True))
        except (binascii.Error, ValueError):
            size = 0
        if size != _BYTES:
            raise ValueError(_EXPECTED)
    return keys


def _usable(secret: SecretStr) -> SecretStr:
    calendar_keys(secret.get_secret_value())
    return secret


class FeedSettings(BaseModel):
    """Part of `Settings`. CALENDAR_KEY is one key or several: the first encrypts, all of them decrypt."""

    calendar_key: Annotated[SecretStr, AfterValidator(_usable)] | None = None

    @property
    def calendar_keys(self) -> tuple[str, ...]:
        """The keys in URL-safe base64, the one to encrypt with first; none: no feed can be added or read."""
        return calendar_keys(self.calendar_key.get_secret_value()) if self.calendar_key else ()
