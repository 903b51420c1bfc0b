"""REDIS_URL: one server, with TLS or without, or the master that Sentinels name.

    redis://user:password@host:6379/0
    rediss://user:password@host:6379/0?ssl_ca_certs=/etc/ssl/redis.pem
    redis+sentinel://user:password@host1:26379,host2:26379/mymaster/0?sentinel_password=...

`rediss+sentinel://` speaks TLS with the Sentinels and with the servers that they name. redis-py would take any option
and fail at the first command, with a traceback; here a wrong one is a sentence, and no sentence repeats a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

_SCHEMES = ("redis", "rediss", "redis+sentinel", "rediss+sentinel")
_PORT, _SENTINEL_PORT = 6379, 26379
_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.%]+)\]|(?P<host>[A-Za-z0-9_.-]+))?(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True)
class RedisAddress:
    """Where Redis is: one host, or the Sentinels that know the master `service`; `options` are redis-py's."""

    hosts: tuple[tuple[str, int], ...]
    service: str | None = None
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    sentinel_options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


class NotAnAddress(ValueError):
    """What is wrong with REDIS_URL, without a value of it."""


def parse_redis_url(url: str) -> RedisAddress:
    """The address that REDIS_URL names. Raises NotAnAddress."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        raise NotAnAddress("it is no URL") from None
    if parts.scheme not in _SCHEMES:
        raise NotAnAddress(f"it has to begin with one of {', '.join(f'{scheme}://' for scheme in _SCHEMES)}")
    if parts.fragment or "@" in parts.path + parts.query:
        raise NotAnAddress("the signs # / ? @ in a password are written %23 %2F %3F %40")
    secure, sentinel = parts.scheme.startswith("rediss"), parts.scheme.endswith("+sentinel")
    options = _user(parts) | _query(parts.query, secure=secure, sentinel=sentinel)
    hosts = tuple(_hosts(parts.netloc.rpartition("@")[2], _SENTINEL_PORT if sentinel else _PORT))
    path = [unquote(part) for part in parts.path.split("/") if part]
    service = _service(path, options) if sentinel else None
    if not sentinel and len(hosts) > 1:
        raise NotAnAddress("several hosts are Sentinels: redis+sentinel://host1,host2/name-of-the-master/0")
    options["db"] = _database(path, options)
    if secure:
        options["ssl"] = True
    ours = {name: options.pop(name) for name in list(options) if name.startswith("sentinel_")}
    asked = {name.removeprefix("sentinel_"): value for name, value in ours.items()}
    asked |= {name: value for name, value in options.items() if name.startswith("ssl")}
    return RedisAddress(hosts, service, MappingProxyType(options), MappingProxyType(asked if sentinel else {}))


def _user(parts: SplitResult) -> dict[str, Any]:
    if "@" not in parts.netloc:
        return {}
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    if any(mark in user + password for mark in "/?[]"):
        raise NotAnAddress("the signs # / ? [ ] in a password are written %23 %2F %3F %5B %5D")
    return {name: unquote(value) for name, value in (("username", user), ("password", password)) if value}


def _hosts(netloc: str, port: int) -> Iterator[tuple[str, int]]:
    for part in netloc.split(","):
        found = _HOST.fullmatch(part)
        if not found or not 0 < int(found["port"] or port) < 65536:
            raise NotAnAddress(
                "a host should look like redis.example.com:6379, and signs in a password are written %XX"
            )
        yield found["six"] or found["host"] or "localhost", int(found["port"] or port)


def _service(path: list[str], options: dict[str, Any]) -> str:
    named = options.pop("service_name", None)
    if named is None and path:
        named = path.pop(0)
    if not named:
        raise NotAnAddress("the name of the Sentinels' master is missing: redis+sentinel://host1,host2/mymaster/0")
    return str(named)


def _database(path: list[str], options: dict[str, Any]) -> int:
    if len(path) > 1 or (path and not re.fullmatch(r"\d{1,4}", path[0])):
        raise NotAnAddress("after the host comes the number of a database, such as /0")
    if path and options.get("db", int(path[0])) != int(path[0]):
        raise NotAnAddress("it names two databases")
    return int(path[0]) if path else int(options.get("db", 0))


def _query(query: str, *, secure: bool, sentinel: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        known = name in _OPTIONS or (sentinel and name in _SENTINEL_OPTIONS)
        if not known:
            few = ", ".join(sorted({*_OPTIONS, *(_SENTINEL_OPTIONS if sentinel else ())}))
            shown = f" {name}" if re.fullmatch(r"[A-Za-z_-]{1,40}", name) else ""
            raise NotAnAddress(f"it has an option{shown} that is none; these are: {few}")
        if name in found:
            raise NotAnAddress(f"its option {name} is there twice")
        if name.startswith("ssl_") and not secure:
            raise NotAnAddress(f"its option {name} needs {'rediss+sentinel' if sentinel else 'rediss'}://")
        try:
            found[name] = (_OPTIONS | _SENTINEL_OPTIONS)[name](value)
        except ValueError as error:
            raise NotAnAddress(f"its option {name} {error}") from None
    return found


def _number(least: float, most: float, kind: type[int] | type[float] = int) -> Callable[[str], Any]:
    def read(value: str) -> Any:
        try:
            number = kind(value)
        except ValueError:
            number = kind(most + 1)
        if not least <= number <= most:
            raise ValueError(f"should be a number from {least:g} to {most:g}")
        return number

    return read


def _flag(value: str) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if value.lower() not in words:
        raise ValueError("should be true or false")
    return words[value.lower()]


def _one_of(*words: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in words:
            raise ValueError(f"should be one of {', '.join(words)}")
        return value

    return read


def _file(value: str) -> str:
    if not Path(value).is_file():
        raise ValueError("names a file that is not there")
    return value


def _folder(value: str) -> str:
    if not Path(value).is_dir():
        raise ValueError("names a folder that is not there")
    return value


def _text(value: str) -> str:
    if not value or not value.isprintable():
        raise ValueError("is empty, or has signs in it that do not print")
    return value


def _word(value: str) -> str:
    if " " in _text(value):
        raise ValueError("must have no spaces")
    return value


#: What may stand in the query: options of redis-py that change how it connects, and none that change what it answers.
_OPTIONS: dict[str, Callable[[str], Any]] = {
    "db": _number(0, 9999), "client_name": _word, "username": _text, "password": _text,
    "socket_connect_timeout": _number(0.1, 60, float), "socket_timeout": _number(0.1, 600, float),
    "socket_keepalive": _flag, "health_check_interval": _number(0, 3600), "max_connections": _number(8, 100_000),
    "protocol": _number(2, 3),
    "ssl_ca_certs": _file, "ssl_ca_path": _folder, "ssl_certfile": _file, "ssl_keyfile": _file, "ssl_password": _text,
    "ssl_cert_reqs": _one_of("required", "optional", "none"), "ssl_check_hostname": _flag,
}  # fmt: skip
_SENTINEL_OPTIONS: dict[str, Callable[[str], Any]] = {
    "service_name": _text, "sentinel_username": _text, "sentinel_password": _text,
}  # fmt: skip
