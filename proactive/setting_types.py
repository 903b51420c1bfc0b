"""The types of settings whose mistakes would show only when they are used: keys, addresses, times of day."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from typing import Annotated, Any

from pydantic import AfterValidator, AnyHttpUrl, BeforeValidator, Field, SecretStr


def without_surrounding_space(given: Any) -> Any:
    """Settings without the white space and byte order mark that a paste leaves around a value; empty ones left out."""
    if not isinstance(given, dict):
        return given
    kept = {name: value.strip("\ufeff \t\r\n") if isinstance(value, str) else value for name, value in given.items()}
    return {name: value for name, value in kept.items() if value != ""}


def _header_text(secret: SecretStr) -> SecretStr:
    """A key travels in a header: a paste that went wrong would end in an encoding error at the first request."""
    text = secret.get_secret_value()
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError("it should be letters, digits and signs of ASCII, without spaces")
    if text[0] in "\"'" and text[-1] == text[0]:
        raise ValueError("it should have no quotes around it")
    return secret


def _base_url(url: AnyHttpUrl) -> AnyHttpUrl:
    if url.query is not None or url.fragment is not None:
        raise ValueError("it should end with the path, without ? and #")
    if url.port == 0:
        raise ValueError("its port should be between 1 and 65535")
    return url


def _minute_of_day(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", value):
        raise ValueError("it should be a time of day, from 00:00 to 23:59")
    return value.rjust(5, "0") if isinstance(value, str) else value


def _service_key(secret: SecretStr) -> SecretStr:
    """The public keys of a project look alike, and may do nothing of what the worker does."""
    text = secret.get_secret_value()
    if text.startswith("sb_publishable_"):
        raise ValueError("it is the publishable key; the secret one is needed (sb_secret_...)")
    try:
        payload = text.split(".")[1]
        role = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["role"]
    except (IndexError, ValueError, KeyError, TypeError):
        return secret
    if role in ("anon", "authenticated"):
        raise ValueError(f"it is the key of the role {role}; that of service_role is needed")
    return secret


#: A key that travels in a header.
Key = Annotated[SecretStr, Field(min_length=1), AfterValidator(_header_text)]
#: The key with which Supabase lets everything be done: a new one (`sb_secret_...`), or the token of service_role.
ServiceKey = Annotated[Key, AfterValidator(_service_key)]
#: An address to which paths are added.
BaseUrl = Annotated[AnyHttpUrl, AfterValidator(_base_url)]
#: A schema of the database, as PostgreSQL writes it without quotes.
SchemaName = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]{0,62}$")]
#: A local time of day to the minute, as the database takes it.
MinuteOfDay = Annotated[dt.time, BeforeValidator(_minute_of_day)]


def _seven_numbers(given: Any) -> Any:
    """Seven whole numbers from 1 to 100000, with commas between; ValueError where it is something else."""
    parts = [part.strip() for part in given.split(",")] if isinstance(given, str) else list(given)
    numbers = [int(part) for part in parts if str(part).isascii() and str(part).isdigit() and len(str(part)) < 7]
    if len(numbers) != len(parts) or len(parts) != 7 or not all(1 <= number <= 100_000 for number in numbers):
        raise ValueError("it needs seven whole numbers from 1 to 100000, with commas between")
    return tuple(numbers)


#: One number a level.
SevenNumbers = Annotated[tuple[int, ...], BeforeValidator(_seven_numbers)]
