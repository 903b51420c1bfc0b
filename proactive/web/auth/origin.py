"""Whether a request that changes something comes from a page of ours."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request

#: What a browser says of its own pages, and of an address that was typed.
_OURS = {"same-origin", "none"}
_SCHEMES = ("http://", "https://")


def check_origin(request: Request) -> None:
    """Accept requests of our own pages, and of programs that are no browser.

    Every browser names the origin of a POST. `Origin`, `Sec-Fetch-Site` and `Referer` must each be ours wherever they
    are there; a request with none of them is a program's.

    Raises:
        HTTPException: 403, another site's page made the browser send it.
    """
    headers = request.headers
    host = headers.get("host", "").lower()
    origins, sites = headers.getlist("origin"), headers.getlist("sec-fetch-site")
    # behind a proxy with TLS our own scheme is not known
    own = {scheme + host for scheme in _SCHEMES}
    proven = all(origin.lower() in own for origin in origins) and all(site in _OURS for site in sites)
    if not origins and "same-origin" not in sites:
        proven = proven and all(_origin_of(referer) in own for referer in headers.getlist("referer"))
    if not proven or not host:
        raise HTTPException(403)


def _origin_of(referer: str) -> str:
    """The scheme and host of an address, in small letters."""
    scheme, _, rest = referer.lower().partition("//")
    return f"{scheme}//{rest.partition('/')[0].partition('?')[0].partition('#')[0]}"
