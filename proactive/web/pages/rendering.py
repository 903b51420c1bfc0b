"""Templates to responses. Everything that a template shows is escaped; nothing is ever marked as safe."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from proactive.web.pages import labels, live_status
from proactive.web.pages.failure_reasons import failure_reason

HERE = Path(__file__).parent
STATIC = HERE / "static"

#: No script, style, image or form but our own; nobody frames us.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


def _stamp() -> str:
    """Changes with the static files, so that browsers may keep them for long."""
    files = sorted(path for path in STATIC.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:10]


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    shown = (
        labels.number, labels.percent, labels.duration, labels.moment, labels.clock, labels.city, labels.day,
        labels.ago, failure_reason,
    )  # fmt: skip
    for function in shown:
        environment.filters[function.__name__] = function
    environment.globals["figure"] = labels.figure
    environment.filters["type_name"] = labels.type_name
    environment.globals.update(labels=labels, stamp=STAMP, worker_words=live_status.worker_words)
    return environment


#: What static files' addresses end with.
STAMP = _stamp()
_TEMPLATES = _environment()


def page(request: Request, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page; templates also see the request's `session` (None where nobody is signed in) and `path`."""
    session = getattr(request.state, "session", None)
    text = _TEMPLATES.get_template(template).render(session=session, path=request.url.path, **shown)
    return HTMLResponse(text, status)
