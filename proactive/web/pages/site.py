"""Adds the pages and their files to the application that `web` serves."""

from __future__ import annotations

from typing import Any, cast

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from proactive.web.pages import (
    audit,
    calendar,
    calendar_actions,
    calendar_feeds,
    campaign_actions,
    campaign_page,
    campaign_settings,
    campaigns,
    engagement,
    instances,
    message_resends,
    messages,
    new_campaign,
    opt_out_actions,
    opt_outs,
    organizations,
    own_text,
    own_text_actions,
    own_texts,
    panel,
    panel_actions,
    pauses,
    queue_actions,
    queue_page,
    send_times,
    sign_in,
    upcoming,
    upcoming_actions,
)
from proactive.web.pages.page_route import problem_page
from proactive.web.pages.page_services import build_page_services
from proactive.web.pages.rendering import PageRenderer
from proactive.web.pages.static_files import PATH, StaticFiles
from proactive.web.services import Services

#: In the order in which they are asked: `/campanhas/nova` is no campaign, `/mensagens/reenviar` no message.
_ROUTERS = (
    sign_in.public, sign_in.private, panel.router, panel_actions.router, instances.router, pauses.router,
    organizations.router, message_resends.router, messages.router, campaigns.router, campaign_settings.router,
    new_campaign.router, campaign_page.router, campaign_actions.router, opt_outs.router, opt_out_actions.router,
    queue_page.router, queue_actions.router, audit.router,
    engagement.router,
    send_times.router,
    calendar.router, calendar_actions.router, calendar_feeds.router,
    own_texts.router, own_text.router, own_text_actions.router,
    upcoming.router, upcoming_actions.router,
)  # fmt: skip


def add_pages(app: FastAPI, services: Services) -> None:
    """Add the pages; connects to nothing yet."""
    static_files = StaticFiles()
    app.state.pages = build_page_services(services, PageRenderer(static_files.stamp))
    for router in _ROUTERS:
        app.include_router(router)
    app.mount(PATH, static_files)
    _answer_browsers_with_a_page(app)


def _answer_browsers_with_a_page(app: FastAPI) -> None:
    """Answer a browser with a page where there is nothing; others get the application's own answer."""
    otherwise: Any = app.exception_handlers[HTTPException]

    async def answer(request: Request, error: Exception) -> Response:
        missing = isinstance(error, HTTPException) and error.status_code == 404
        if missing and "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/"):
            return problem_page(request, error)
        return cast(Response, await otherwise(request, error))

    app.add_exception_handler(HTTPException, answer)
