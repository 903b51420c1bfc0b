"""The services of the pages alone, beside those of the whole process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from proactive.monitoring.present import PresentReader
from proactive.monitoring.queue_snapshot import QueueSnapshotReader
from proactive.records.panel_queries import PanelQueries
from proactive.web.auth.request_limit import RequestLimit
from proactive.web.pages.rendering import PageRenderer
from proactive.web.pages.resend_rounds import ResendRounds
from proactive.web.services import Services

#: Attempts to sign in from one address, a minute.
_SIGN_IN_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class PageServices:
    """`app.state.pages`."""

    renderer: PageRenderer
    queries: PanelQueries
    queue: QueueSnapshotReader
    present: PresentReader
    sign_in_limit: RequestLimit
    resend_rounds: ResendRounds


def build_page_services(services: Services, renderer: PageRenderer) -> PageServices:
    """Build them over the application's clients; connects to nothing yet."""
    app = services.app
    return PageServices(
        renderer, PanelQueries(app.database), QueueSnapshotReader(app.redis), PresentReader(app.database),
        RequestLimit(app.redis, _SIGN_IN_ATTEMPTS), ResendRounds(app.redis),
    )  # fmt: skip


async def _page_services(request: Request) -> PageServices:
    return cast(PageServices, request.app.state.pages)


CurrentPageServices = Annotated[PageServices, Depends(_page_services)]
