"""Open offers: what messages of the last days offer, as campaigns that nobody has asked for yet.

An owner whose phone is the instance's own cannot answer on WhatsApp: the page shows these, and takes them up.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proactive.campaigns.conversation_view import AskedView, CampaignView
from proactive.campaigns.offers import campaign_id, offering_of, valid_until
from proactive.campaigns.store import CampaignStore
from proactive.campaigns.terms import Terms
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.storage.answers import Row, rows
from proactive.storage.supabase import Database

#: Messages older than this offer nothing any more: an offer is open for 72 hours at most.
_READ_BACK = dt.timedelta(days=4)
#: The types whose messages offer something.
OFFERING_TYPES = tuple(name for name, type_ in MESSAGE_TYPES.items() if type_.offering is not None)


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """A mailing that a message offers: the campaign that it would be (`row`), open until `until` (aware)."""

    id: UUID
    row: dict[str, Any]
    until: dt.datetime


def offered_campaigns(asked: AskedView, organization: UUID, terms: Terms) -> list[OpenOffer]:
    """The campaigns that a sent message offers, in its order, whether open or not; none where it offers nothing."""
    offering = offering_of(asked.message_type)
    if asked.key is None or offering is None:
        return []
    until = valid_until(offering, asked.sent_at, asked.key, terms.zone, terms.sending.widest.closes)
    found = []
    for offer in offering.offers(asked.facts or {}, asked.data, asked.content or ""):
        id_ = campaign_id(organization, asked.message_type, asked.key, offer.option)
        rule = {name: value for name, value in offer.rule.items() if value is not None}
        row = {
            "id": str(id_), "organization_id": str(organization), "source": asked.message_type,
            "source_key": asked.key, "option": offer.option, "message_id": str(asked.id),
            "instance_name": terms.instance, "text": offer.text, "valid_until": until.isoformat(), "audience": rule,
        }  # fmt: skip
        found.append(OpenOffer(id_, row, until))
    return found


class OpenOffers:
    """Reads what is offered, and takes an offer up. Every method raises SupabaseError where Supabase is away."""

    def __init__(self, database: Database, store: CampaignStore) -> None:
        self._database, self._store = database, store

    def of(self, organization: UUID, terms: Terms) -> list[OpenOffer]:
        """The open offers of an organisation that are no campaign yet, the newest message first; each once."""
        arguments = {
            "p_organization": str(organization), "p_types": list(OFFERING_TYPES),
            "p_since": (terms.now - _READ_BACK).isoformat(),
        }  # fmt: skip
        found: dict[UUID, OpenOffer] = {}
        for message in self._database.call("aurora_proactive_offering_messages", arguments, rows):
            for offer in _open(message, organization, terms):
                found.setdefault(offer.id, offer)
        return list(found.values())

    def take_up(self, offer: OpenOffer) -> CampaignView:
        """Keep an offer as an offered campaign, unless it is one already; as it stands. Nothing is frozen or sent."""
        return self._store.offer(offer.row)


def _open(message: Row, organization: UUID, terms: Terms) -> list[OpenOffer]:
    taken = set(message["taken"])
    offers = offered_campaigns(AskedView.model_validate(message), organization, terms)
    return [each for each in offers if each.until > terms.now and each.row["text"] and str(each.id) not in taken]
