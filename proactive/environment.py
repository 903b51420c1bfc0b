"""What stands around the settings and ends in a traceback where it is wrong: `.env`, proxies, certificates.

Libraries read these by themselves, when a client is built or a request is made. They are looked at once, at start, so
that a mistake is a sentence which names the variable. Values may hold passwords and are never repeated.
"""

from __future__ import annotations

import importlib.util
import os
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx

from proactive.errors import SettingsError

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_SOCKS = "is a SOCKS proxy, for which packages are missing: pip install socksio PySocks, or set it to an HTTP proxy"


def check_dotenv(files: object) -> None:
    """Refuse a `.env` that cannot be read.

    Raises:
        SettingsError: it is no file, or no text in UTF-8.
    """
    for file in map(Path, files if isinstance(files, tuple) else (str(files),)):
        try:
            if file.exists() and not file.is_fifo():
                file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeError) as error:
            kind = "not text in UTF-8" if isinstance(error, UnicodeError) else error.strerror or "not readable"
            raise SettingsError(
                f"{file} cannot be read ({kind}): it should be a text file, see .env.example."
            ) from None


def check_network() -> None:
    """Refuse proxies and certificates in the environment that no client could use.

    Raises:
        SettingsError: one line a variable, with what it should look like.
    """
    wrong = [*_wrong_proxies(), *_wrong_certificates()]
    if not wrong and not _clients_can_be_built():
        wrong = ["NO_PROXY is not usable. It should look like: localhost,127.0.0.1,::1,.example.com."]
    if wrong:
        raise SettingsError("\n".join(wrong))


def _clients_can_be_built() -> bool:
    """Whether httpx takes NO_PROXY, of whose entries it makes addresses: it refuses ranges of IPv6, for example."""
    try:
        httpx.Client().close()
    except Exception:  # whatever it is: each further client of this process would raise it
        return False
    return True


def _wrong_proxies() -> Iterator[str]:
    for name in (*_PROXIES, *map(str.lower, _PROXIES)):
        value = os.environ.get(name, "")
        problem = _proxy_problem(value if "://" in value else f"http://{value}") if value else None
        if problem:
            yield f"{name} {problem}."


def _proxy_problem(url: str) -> str | None:
    """What is wrong with a proxy's address; None where every client takes it."""
    try:
        address = httpx.Proxy(url).url
        usable = bool(address.host) and (address.port is None or 1 <= address.port <= 65535)
    except (ValueError, httpx.InvalidURL, UnicodeError):
        usable = False
    if not usable:
        return "is not usable. It should look like: http://proxy.example.com:3128, or leave it out"
    needed = ("socksio", "socks") if address.scheme.startswith("socks") else ()
    return None if all(importlib.util.find_spec(package) for package in needed) else _SOCKS


def _wrong_certificates() -> Iterator[str]:
    for name in _CERTIFICATES:
        value = os.environ.get(name, "")
        if not value:
            continue
        try:
            folder = Path(value).is_dir()
            ssl.create_default_context(cafile=None if folder else value, capath=value if folder else None)
        except (OSError, ValueError):  # ssl's own error is an OSError
            yield f"{name} is not usable: it should be the path of a file of certificates (PEM), or be left out."
