"""Feeds: the iCalendar files that an organisation subscribes to."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import StringConstraints

from proactive.feeds.store import MOST_FEEDS
from proactive.feeds.subscriptions import FeedRefused, Purpose
from proactive.web.api.addresses import PATH
from proactive.web.api.campaign_requests import OrganizationQuery, organization_of
from proactive.web.api.feed_schemas import FeedList, FeedView, feed_view
from proactive.web.api.request_model import NoQuery, RequestModel
from proactive.web.guarded_route import GuardedRoute
from proactive.web.openapi import MAY_CONFLICT, MAY_MISS, TAKES_BODY, refusals
from proactive.web.problems import Problem, invalid
from proactive.web.services import CurrentCaller, CurrentServices, Services

router = APIRouter(route_class=GuardedRoute, tags=["calendar"], prefix=f"{PATH}/calendar/feeds")

_REFUSED = {
    "address_form": "Send the whole address, in ASCII, at most 2000 characters.",
    "address_webcal": "Send https:// instead of webcal://.",
    "address_not_https": "It has to begin with https://.",
    "address_user": "It must not name a user.",
    "address_port": "Only port 443 is allowed: leave the port out.",
    "address_host": "It names no host.",
    "address_not_public": "It is no address of the public internet.",
    "label": "It has at most 40 printable characters.",
    "known": "The organisation has this feed already: GET .../calendar/feeds lists it.",
    "too_many": f"The organisation has {MOST_FEEDS} feeds already: DELETE one first.",
    "no_key": "This installation has no key to encrypt addresses with: set CALENDAR_KEY (docs/operations.md).",
}


class FeedRequest(RequestModel):
    """A feed to subscribe to. `address` is kept encrypted and never shown again. `closures`: every all-day event closes
    its days; `busy`: events take the slots that they overlap. `label` is what the business calls it."""

    organization_id: UUID | None = None
    # any length: a shorter bound would quote what was sent
    address: str
    purpose: Purpose
    label: Annotated[str | None, StringConstraints(max_length=200)] = None


@router.get("", responses=refusals())
def list_feeds(
    caller: CurrentCaller, services: CurrentServices, query: Annotated[OrganizationQuery, Query()]
) -> FeedList:
    """The feeds, what was read and refused of each, when, and what is wrong."""
    return _listed(services, organization_of(query.organization_id, caller, services))


@router.post("", status_code=201, responses=refusals(*TAKES_BODY, *MAY_CONFLICT))
def add_feed(
    body: FeedRequest, caller: CurrentCaller, services: CurrentServices, _: Annotated[NoQuery, Query()]
) -> FeedView:
    """Subscribe to a feed. It is read within a minute, and then every half hour."""
    organization, now = organization_of(body.organization_id, caller, services), dt.datetime.now(dt.UTC)
    author, subscriptions = caller.author("api"), services.subscriptions
    try:
        id_ = subscriptions.add(organization, body.address, body.purpose, body.label, author, now)
    except FeedRefused as error:
        if error.field is None:
            raise Problem(409, _REFUSED[error.code]) from None
        raise invalid(error.field, _REFUSED[error.code]) from None
    for row in subscriptions.of(organization, now):
        if row["id"] == str(id_):
            return feed_view(row)
    raise Problem(409, "Somebody removed it meanwhile.")


@router.delete("/{feed_id}", status_code=204, responses=refusals(*MAY_MISS))
def remove_feed(
    feed_id: UUID, caller: CurrentCaller, services: CurrentServices, query: Annotated[OrganizationQuery, Query()]
) -> None:
    """Remove a feed. What was read of it closes and takes nothing any more."""
    organization = organization_of(query.organization_id, caller, services)
    if not services.subscriptions.remove(organization, feed_id, caller.author("api")):
        raise Problem(404, "There is no feed of that id in this organisation: GET .../calendar/feeds lists them.")


def _listed(services: Services, organization: UUID) -> FeedList:
    rows = services.subscriptions.of(organization, dt.datetime.now(dt.UTC))
    return FeedList(feeds=[feed_view(row) for row in rows], possible=services.subscriptions.possible, most=MOST_FEEDS)
