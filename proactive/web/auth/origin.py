"""Whether a request that changes something comes from a page of ours."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request


def check_origin(request: Request) -> None:
    """Accept requests of our own pages, and of programs that are no browser.

    Raises:
        HTTPException: 403, another site's page made the browser send it.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or site not in ("same-origin", "none"):
        raise HTTPException(403)
