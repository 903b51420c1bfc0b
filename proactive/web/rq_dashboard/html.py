"""rq-dashboard's pages made safe, and no more: jobs are never markup, and only its own scripts run."""

from __future__ import annotations

import re
from typing import Any

#: Its templates put a job's texts into the page unescaped, but for these two, which they escape by hand.
_ESCAPED_BY_HAND = re.compile(r"<%= \$\('<div/>'\)\.text\((\S+)\)\.html\(\) %>")
_UNESCAPED = "<%= "
_ESCAPED = "<%- "
_BRAND = '<a class="navbar-brand">RQ-dashboard</a>'
#: Its templates are compiled in the browser and it sets style attributes: no page works without the two.
_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
#: What its own JavaScript can take in an address: it writes the queue's name into a script.
_QUEUE = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
#: As RQ takes them.
_JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,300}")
_ORDERS = ("asc", "dsc")
_REGISTRIES = ("queued", "scheduled", "deferred", "started", "finished", "failed", "canceled")


def secured(page: str, nonce: str, home: str | None = None) -> str:
    """A page of rq-dashboard's with its text escaped; `nonce` is what `policy` allows, `home` the page above it."""
    page = _ESCAPED_BY_HAND.sub(rf"{_ESCAPED}\1 %>", page).replace(_UNESCAPED, _ESCAPED)
    if home is not None:
        page = page.replace(_BRAND, f'<a class="navbar-brand" href="{home}">← Aurora</a>')
    return page.replace("<script", f'<script nonce="{nonce}"')


def policy(nonce: str) -> str:
    """The content security policy of a page."""
    return _POLICY.format(nonce=nonce)


def is_known_address(address: dict[str, Any]) -> bool:
    """Whether the parts of an address are such as rq-dashboard makes itself; others break it, or worse."""
    queue, registry = address.get("queue_name"), address.get("registry_name")
    return (
        address.get("instance_number", 0) == 0
        and (queue is None or _QUEUE.fullmatch(queue) is not None)
        and _JOB_ID.fullmatch(address.get("job_id", "x")) is not None
        and address.get("order", "asc") in _ORDERS
        and (registry is None or registry in _REGISTRIES)
        and all(_NUMBER.fullmatch(str(address.get(name, 1))) for name in ("per_page", "page"))
    )
