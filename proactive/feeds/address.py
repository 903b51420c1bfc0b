"""Which addresses feeds may have: https alone, and a name; and which addresses of the internet are public."""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from proactive.errors import InvalidInput

LONGEST = 2000
_PRINTABLE = re.compile(r"[!-~]+")
#: What clients and servers read in more than one way.
_AMBIGUOUS = frozenset('\\"<>^`{|}')
_HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9_-]{1,63})*\.?")

_NETWORKS_4 = (
    "192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24", "198.18.0.0/15",
    "168.63.129.16/32",  # Azure answers its machines' questions there
)  # fmt: skip
#: Of 2000::/3, which is what is given out: protocols (Teredo, ORCHID), examples, 6to4, which lead elsewhere.
_NETWORKS_6 = ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
_GIVEN_OUT_6 = "2000::/3"


class UnusableAddress(InvalidInput):
    """This is no address of a feed: `code` says why (`proactive/feeds/words.py` has the words)."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the address is not usable ({code})")
        self.code = code


class FeedAddress(NamedTuple):
    """A usable address. `host` is in small letters, `target` is path and query as they are asked for."""

    host: str
    target: str

    @property
    def text(self) -> str:
        """The whole address. It is a secret."""
        return f"https://{self.host}{self.target}"


def feed_address(text: str) -> FeedAddress:
    """Check an address; what it leads to is checked by whoever fetches it.

    Raises:
        UnusableAddress: it is not https on port 443, it names a user, or it names no host that could be public.
    """
    text = text.strip()
    if len(text) > LONGEST or not _PRINTABLE.fullmatch(text) or _AMBIGUOUS & set(text):
        raise UnusableAddress("address_form")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise UnusableAddress("address_form") from None
    if parts.scheme != "https":
        raise UnusableAddress("address_webcal" if parts.scheme in ("webcal", "webcals") else "address_not_https")
    if "@" in parts.netloc:
        raise UnusableAddress("address_user")
    if port not in (None, 443) or parts.netloc.endswith(":"):
        raise UnusableAddress("address_port")
    host = (parts.hostname or "").lower()
    _check_host(host)
    return FeedAddress(
        f"[{host}]" if ":" in host else host, (parts.path or "/") + (f"?{parts.query}" * bool(parts.query))
    )


def _check_host(host: str) -> None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if not _HOST.fullmatch(host) or "." not in host.rstrip("."):
            raise UnusableAddress("address_host") from None
        return
    if not is_public(address):
        raise UnusableAddress("address_not_public")


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address | str) -> bool:
    """Whether an address is one of the public internet, which everybody may reach.

    Addresses that stand for another one (IPv4-mapped, NAT64, 6to4, Teredo) are not, whatever they stand for.
    """
    try:
        address = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and not _within(address, _NETWORKS_4)
    return address.scope_id is None and _within(address, (_GIVEN_OUT_6,)) and not _within(address, _NETWORKS_6)


def _within(address: ipaddress.IPv4Address | ipaddress.IPv6Address, networks: tuple[str, ...]) -> bool:
    return any(address in ipaddress.ip_network(network) for network in networks)
