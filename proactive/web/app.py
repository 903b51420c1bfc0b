"""The application that `web` serves: uvicorn --factory proactive.web.app:app"""

from __future__ import annotations

import logging
import sys
from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException

from proactive.app import Application, application
from proactive.errors import SettingsError
from proactive.logs import set_up_logs
from proactive.web import monitoring, webhooks
from proactive.web.api import (
    calendar,
    calendar_place,
    campaign_recipients,
    campaign_settings,
    campaigns,
    changes,
    engagement,
    feeds,
    instances,
    jobs,
    measuring,
    message_requeues,
    messages,
    opt_outs,
    pauses,
    people,
    schedule,
    send_times,
    template_publishing,
    templates,
    trigger,
    upcoming,
)
from proactive.web.body_limit import BodyLimit
from proactive.web.bounded_connections import bound_connections
from proactive.web.openapi import describe
from proactive.web.pages.site import add_pages
from proactive.web.problems import on_http_exception, on_invalid
from proactive.web.rq_dashboard.dashboard import GuardedDashboard
from proactive.web.security_headers import SecurityHeaders
from proactive.web.services import build_services

_ROUTERS = (
    trigger.router, jobs.router, message_requeues.router, messages.router, schedule.router, pauses.router,
    instances.router, campaigns.router, campaign_recipients.router, campaign_settings.router, opt_outs.router,
    people.router, changes.router, feeds.router, templates.router, template_publishing.router,
    webhooks.router, monitoring.router,
    engagement.router, measuring.router,
    send_times.router,
    calendar.router, calendar_place.router,
    upcoming.router,
)  # fmt: skip
#: Where the files of /docs are served.
_DOCS_FILES = "/docs-files"


def create_app(application: Application) -> FastAPI:
    """The API, the webhooks, the metrics, the pages and rq-dashboard over an application's objects.

    Connects to nothing yet.

    Raises:
        SettingsError: API_KEYS is malformed.
    """
    # FastAPI's own /docs loads its scripts from another site. The functions of generated clients have our names.
    app = FastAPIOffline(
        title="Aurora Proactive Worker", version=_version(), redoc_url=None, static_url=_DOCS_FILES,
        generate_unique_id_function=lambda route: route.name,
    )  # fmt: skip
    services = build_services(application)
    app.state.services = services
    app.state.monitoring = monitoring.build_monitoring(application)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, docs="/docs", docs_files=_DOCS_FILES)
    for router in _ROUTERS:
        app.include_router(router)
    add_pages(app, services)
    app.mount("/rq", GuardedDashboard(application, services.sessions))
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]  # FastAPI's way to extend it
    return app


def app() -> FastAPI:
    """This process's application, with our logs in place of uvicorn's.

    Ends the process with a sentence where a setting is missing or malformed: whoever serves this would print a
    traceback.
    """
    try:
        ours = application()
        set_up_logs(ours.settings.log_level)
        bound_connections()
        for name in ("uvicorn", "uvicorn.error"):
            logging.getLogger(name).handlers.clear()
            logging.getLogger(name).propagate = True
        return create_app(ours)
    except SettingsError as error:
        sys.exit(f"{error}")


def _version() -> str:
    try:
        return version("aurora-proactive-worker")
    except PackageNotFoundError:
        return "0"
