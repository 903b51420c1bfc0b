"""Templates to responses. Everything that a template shows is escaped; nothing is ever marked as safe."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from proactive.web.pages import (
    calendar_labels,
    campaign_labels,
    change_labels,
    labels,
    message_labels,
    queue_labels,
    send_time_labels,
    template_labels,
    upcoming_labels,
)
from proactive.web.pages.navigation import QUEUE_PAGE, navigation
from proactive.web.pages.whatsapp_text import spans

_TEMPLATES = Path(__file__).parent / "templates"
_FILTERS = (
    labels.number, labels.percent, labels.duration, labels.moment, labels.clock, labels.clock_seconds,
    labels.city, labels.day, labels.ago,
    labels.type_name, labels.failure_label, labels.failure_advice, labels.reais,
)  # fmt: skip


class PageRenderer:
    """Renders the pages' templates; `stamp` is what the addresses of the static files end with."""

    def __init__(self, stamp: str) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self._environment.filters.update({function.__name__: function for function in _FILTERS})
        self._environment.globals.update(
            labels=labels, campaigns=campaign_labels, changes=change_labels, messages=message_labels,
            queue=queue_labels, hours=send_time_labels, upcoming=upcoming_labels, figure=labels.figure, stamp=stamp,
            texts=template_labels, whatsapp_spans=spans,
        )  # fmt: skip
        self._environment.globals.update(queue_page=QUEUE_PAGE, calendar_words=calendar_labels)

    def render(self, template: str, **values: Any) -> str:
        """The HTML of a template. Raises jinja2.UndefinedError where it shows a value that is not there."""
        return self._environment.get_template(template).render(**values)


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page; templates also see the request's `session` (None where nobody is signed in) and `path`."""
    renderer = cast(PageRenderer, request.app.state.pages.renderer)
    session = getattr(request.state, "session", None)
    values |= {"session": session, "path": request.url.path, "navigation": navigation(session)}
    return HTMLResponse(renderer.render(template, **values), status)
