"""The services of endpoints and pages: one set of clients for the whole process, built once with the application.

Everything here uses the application's own client of Supabase and its own pool of Redis. Only the monitoring has a
second of each (`proactive.monitoring.connections`), because it must give up after two seconds.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from proactive.app import Application
from proactive.calendar.by_hand import CalendarByHand
from proactive.campaigns.by_hand import ByHand
from proactive.campaigns.sketch import Sketches
from proactive.feeds.store import FeedStore
from proactive.feeds.subscriptions import Subscriptions
from proactive.feeds.vault import Vault
from proactive.gateways.evolution.clock import GatewayClock
from proactive.jobs.telling import by_hand_of
from proactive.queue.waiting import WaitingMessages
from proactive.records.queries import MessageQueries
from proactive.templates.editor import TemplateEditor
from proactive.templates.store import TemplateStore
from proactive.web.auth.authenticator import Authenticator
from proactive.web.auth.callers import Caller
from proactive.web.auth.sessions import Sessions
from proactive.web.queued_messages import QueuedMessages
from proactive.web.webhook_collector import WebhookCollector
from proactive.web.webhook_hearing import WebhookHearing


@dataclass(frozen=True, slots=True)
class Services:
    """`app.state.services`."""

    app: Application
    authenticator: Authenticator
    sessions: Sessions
    queries: MessageQueries
    queued: QueuedMessages
    webhooks: WebhookCollector
    gateway_clock: GatewayClock
    by_hand: ByHand
    sketches: Sketches
    subscriptions: Subscriptions
    calendar: CalendarByHand
    templates: TemplateEditor


def build_services(application: Application) -> Services:
    """Build what the whole process shares; connects to nothing yet.

    Raises:
        SettingsError: API_KEYS is malformed.
    """
    queries = MessageQueries(application.database)
    return Services(
        app=application,
        authenticator=Authenticator(application),
        sessions=Sessions(application.redis, application.settings),
        queries=queries,
        queued=QueuedMessages(WaitingMessages(application.queue), queries),
        webhooks=WebhookCollector(WebhookHearing(application).keep),
        gateway_clock=GatewayClock(),
        by_hand=by_hand_of(application),
        sketches=Sketches(application.campaigns, application.campaign_options, lambda: dt.datetime.now(dt.UTC)),
        subscriptions=Subscriptions(FeedStore(application.database), Vault(application.settings.calendar_keys)),
        calendar=CalendarByHand(application.database),
        templates=TemplateEditor(TemplateStore(application.database), application.facts),
    )


async def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


_bearer = HTTPBearer(
    auto_error=False, description="A service key (API_KEYS), or a user's Supabase session token.", scheme_name="bearer"
)


async def _caller(request: Request, _: Annotated[object, Depends(_bearer)]) -> Caller:
    return cast(Caller, request.state.caller)


CurrentServices = Annotated[Services, Depends(_services)]
#: Who calls; the route has accepted the caller before anything of the body was read.
CurrentCaller = Annotated[Caller, Depends(_caller)]
