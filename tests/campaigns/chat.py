"""A chat between an owner and Aurora on the real database, with a clock that the test moves."""

from __future__ import annotations

import copy
import datetime as dt
import json
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg

from proactive.campaigns.conversation import OwnerConversation
from proactive.campaigns.options import CampaignOptions
from proactive.campaigns.outgoing_answers import Reply
from proactive.campaigns.store import CampaignStore
from proactive.campaigns.understanding import InboundMessage, Outcome
from proactive.gateways.phones import match_key
from proactive.storage.supabase import Database

ZONE = ZoneInfo("America/Sao_Paulo")
#: A Wednesday, ten in the morning.
MORNING = dt.datetime(2026, 11, 25, 10, 0, tzinfo=ZONE)


@dataclass
class Chat:
    """An owner's chat. `say` is heard at once unless `arrives` says when; the answers are sent at that moment."""

    connection: psycopg.Connection[dict[str, Any]]
    database: Database
    now: dt.datetime = MORNING
    organization: UUID = field(default_factory=uuid4)
    owner: UUID = field(default_factory=uuid4)
    instance: str = field(default_factory=lambda: f"shop-{uuid4().hex[:8]}")
    phone: str = "11988887777"
    _said: int = 0

    def __post_init__(self) -> None:
        self.store = CampaignStore(self.database)
        self.conversation = OwnerConversation(self.store, CampaignOptions(), lambda: self.now)
        run = self.connection.execute
        run("insert into organizations (id, name) values (%s, 'Patas & Cia')", [self.organization])
        run(
            "insert into owner_numbers (id, organization_id, name, phone) values (%s, %s, 'Ana', %s)",
            [self.owner, self.organization, self.phone],
        )
        run(
            "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, 'connected')",
            [self.organization, self.instance],
        )
        run(
            "insert into aurora_proactive_campaign_settings (organization_id, accepted_by, legal_basis)"
            " values (%s, 'Ana', 'legitimate_interest')",
            [self.organization],
        )
        run(
            "insert into aurora_proactive_replies (instance_name, gateway_message_id, organization_id, received_at)"
            " values (%s, 'heard', %s, %s)",
            [self.instance, self.organization, self.now - dt.timedelta(days=1)],
        )

    def client(self, name: str, phone: str, *, days_ago: int = 60, pet: str | None = None, heard: bool = True) -> UUID:
        """A client whose last contact was so many days ago, and who wrote to the shop then."""
        id_, contacted = uuid4(), self.now - dt.timedelta(days=days_ago)
        self.connection.execute(
            "insert into contacts (id, organization_id, name, phone, last_contact_at, created_at)"
            " values (%s, %s, %s, %s, %s, %s)",
            [id_, self.organization, name, phone, contacted if heard else None, contacted],
        )
        if pet is not None:
            self.connection.execute(
                "insert into pets (organization_id, contact_id, name) values (%s, %s, %s)",
                [self.organization, id_, pet],
            )
        return id_

    def offer(self, type_: str = "custom_campaign", *, key: str | None = None, **facts: Any) -> str:
        """A message of Aurora's that asks something, sent now; answers the gateway's id of it."""
        content = 'Campanha\n\n"Sentimos sua falta! 20% de desconto no próximo banho"\n\nEnvio?'
        key = key or (str(uuid4()) if type_ == "custom_campaign" else self.now.date().isoformat())
        if type_ == "custom_campaign":
            facts.setdefault("target_audience", "inactive")
        return self._sent(uuid4(), type_, content, key, facts)

    def say(
        self, text: str, *, quoting: str | None = None, kind: str = "text", late: dt.timedelta | None = None,
        reply_id: str | None = None,
    ) -> list[str]:  # fmt: skip
        """What Aurora answers to a text of the owner."""
        return [
            reply.text for reply in self.hear(text, quoting=quoting, kind=kind, late=late, reply_id=reply_id).replies
        ]

    def hear(
        self, text: str, *, quoting: str | None = None, kind: str = "text", late: dt.timedelta | None = None,
        reply_id: str | None = None,
    ) -> Outcome:  # fmt: skip
        """What became of a text of the owner; the answers are sent."""
        self._said += 1
        at = self.now - (late or dt.timedelta())
        id_, sender = reply_id or f"R{self._said}-{self.organization}", match_key(f"55{self.phone}")
        inbound = InboundMessage(self.instance, id_, sender, None, quoting, kind, text, at)
        view = self.store.conversation(self.instance, inbound.sender, None, quoting, self.now)
        outcome = self.conversation.hear(inbound, view)
        for reply in outcome.replies:
            self._answer(reply)
        return outcome

    def campaigns(self) -> list[dict[str, Any]]:
        """The campaigns, oldest first."""
        query = "select * from aurora_proactive_campaigns where organization_id = %s order by created_at"
        return self.connection.execute(query, [self.organization]).fetchall()

    def recipients(self) -> list[dict[str, Any]]:
        """The recipients in their order."""
        query = "select * from aurora_proactive_campaign_recipients where organization_id = %s order by position"
        return self.connection.execute(query, [self.organization]).fetchall()

    def last(self, kind: str) -> str:
        """The gateway's id of the last answer of a kind."""
        query = (
            "select m.metadata ->> 'gateway_message_id' as id from aurora_proactive_questions q"
            " join aurora_proactive_messages m on m.id = q.id where q.organization_id = %s and q.kind = %s"
            " order by q.asked_at desc, m.created_at desc limit 1"
        )
        row = self.connection.execute(query, [self.organization, kind]).fetchone()
        assert row is not None
        return str(row["id"])

    def lose(self, kind: str) -> None:
        """Let the last answer of a kind never arrive: nobody knows what became of it."""
        self.connection.execute(
            "update aurora_proactive_messages set status = 'failed', sent_at = null"
            " where metadata ->> 'gateway_message_id' = %s",
            [self.last(kind)],
        )

    def _answer(self, reply: Reply) -> None:
        id_ = uuid4()
        self._sent(id_, "campaign_answer", reply.text, reply.key, {}, reply.data)
        self.store.ask(
            {
                "id": str(id_), "organization_id": str(self.organization), "owner_number_id": str(self.owner),
                "campaign_ids": [str(each) for each in reply.campaign_ids], "kind": reply.name,
                "revision": reply.revision, "asked_at": reply.at.isoformat(),
                "valid_until": reply.valid_until.isoformat(),
            }
        )  # fmt: skip

    def _sent(
        self, id_: UUID, type_: str, content: str, key: str, facts: dict[str, Any], data: dict[str, Any] | None = None
    ) -> str:
        gateway_id = f"3EB0{uuid4().hex[:18].upper()}"
        self.connection.execute(
            "insert into aurora_proactive_messages (id, organization_id, owner_number_id, message_type, content,"
            " scheduled_for, status, sent_at, metadata) values (%s, %s, %s, %s, %s, %s, 'sent', %s, %s)",
            [
                id_, self.organization, self.owner, type_, content, self.now.astimezone(dt.UTC).replace(tzinfo=None),
                self.now.astimezone(dt.UTC).replace(tzinfo=None),
                json.dumps({"gateway_message_id": gateway_id, "occurrence": key, "facts": facts, "data": data or {}}),
            ],
        )  # fmt: skip
        return gateway_id


def another_owner(chat: Chat, name: str = "Bruno", phone: str = "11966665555") -> Chat:
    """The chat of another owner of the same business."""
    other = copy.copy(chat)
    other.owner, other.phone = uuid4(), phone
    chat.connection.execute(
        "insert into owner_numbers (id, organization_id, name, phone) values (%s, %s, %s, %s)",
        [other.owner, chat.organization, name, phone],
    )
    other.conversation = replace(chat.conversation, clock=lambda: other.now)
    other._said = 100
    return other
