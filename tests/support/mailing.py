"""A running campaign on the real database, with recipients that nothing speaks against, for the tests to change."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from proactive.campaigns.offers import recipient_id
from proactive.model.context import Draft
from proactive.model.recipient import Recipient
from proactive.model.task import Attempt, Task
from proactive.records.entry import RecordEntry

Connection = psycopg.Connection[dict[str, Any]]


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass
class Mailing:
    """A campaign of a business of its own. `number` recipients, all warm; the first one is handed over."""

    connection: Connection
    number: int = 2
    rule: dict[str, Any] = field(default_factory=lambda: {"audience": "all"})
    status: str = "running"
    organization: UUID = field(default_factory=uuid4)
    owner: UUID = field(default_factory=uuid4)
    campaign: UUID = field(default_factory=uuid4)
    instance: str = field(default_factory=lambda: f"shop-{uuid4().hex[:8]}")
    recipients: list[UUID] = field(default_factory=list)
    contacts: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        run, today = self.connection.execute, now().date()
        run("insert into organizations (id, name) values (%s, 'Patas & Cia')", [self.organization])
        run(
            "insert into owner_numbers (id, organization_id, name, phone) values (%s, %s, 'Ana', '11988887777')",
            [self.owner, self.organization],
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
            "insert into aurora_proactive_campaigns (id, organization_id, source, source_key, instance_name, status,"
            " revision, text, audience, told, frozen, valid_until, previewed_at, starts_at, send_until, confirmed_at,"
            " confirmed_by) values (%s, %s, 'custom_campaign', 'k', %s, %s, 1, 'Sentimos sua falta!', %s, %s, %s, %s,"
            " %s, %s, %s, %s, %s)",
            [
                self.campaign, self.organization, self.instance, self.status, Jsonb(self.rule), self.number,
                self.number, now() + dt.timedelta(days=3), now() - dt.timedelta(hours=1),
                now() - dt.timedelta(minutes=30), now() + dt.timedelta(days=7), now() - dt.timedelta(minutes=40),
                self.owner,
            ],
        )  # fmt: skip
        for _ in range(self.number):
            self.add()
        run(
            "insert into aurora_proactive_number_health (instance_name, level, day, handed, handed_at)"
            " values (%s, 3, %s, %s, now())",
            [self.instance, today, self.recipients[0] if self.recipients else None],
        )

    def add(self) -> UUID:
        """One more recipient, warm."""
        number, contact = len(self.recipients), uuid4()
        phone = f"119{uuid4().int % 10**8:08d}"
        key = f"5511{phone[-8:]}"
        recipient = recipient_id(self.campaign, key)
        run = self.connection.execute
        run(
            "insert into contacts (id, organization_id, name, phone, last_contact_at) values (%s, %s, %s, %s, now())",
            [contact, self.organization, f"Cliente {number}", phone],
        )
        run(
            "insert into aurora_proactive_heard (instance_name, phone_key, heard_at) values (%s, %s, now())",
            [self.instance, key],
        )
        run(
            "insert into aurora_proactive_campaign_recipients (id, campaign_id, organization_id, revision, position,"
            " contact_id, phone_key, phone, warmth, content) values (%s, %s, %s, 1, %s, %s, %s, %s, 'warm', %s)",
            [
                recipient, self.campaign, self.organization, number, contact, key, phone,
                f"Oi, Cliente! Aqui é Patas & Cia 🐾\n\nSentimos sua falta {number}!",
            ],
        )  # fmt: skip
        self.recipients.append(recipient)
        self.contacts.append(contact)
        return recipient

    def task(self, place: int = 0, **data: Any) -> Task:
        """The task that hands a recipient over; `data` are changes of what it may go out by."""
        closes = (now() + dt.timedelta(hours=1)).isoformat()
        given = {"revision": 1, "day": now().date().isoformat(), "closes_at": closes, "cap": 40, "cool_cap": 20}
        return Task(
            type="campaign_message", organization_id=self.organization,
            recipient=Recipient.client(self.recipients[place]), key=str(self.campaign), scheduled_for=now(),
            timezone="America/Sao_Paulo", data=given | {"week": 1, "month": 3} | data,
        )  # fmt: skip

    def entry(self, place: int = 0, **data: Any) -> RecordEntry:
        """What a worker claims."""
        return RecordEntry.of(self.task(place, **data), Attempt("job-1"), Draft(self.row(place)["content"], {}))

    def row(self, place: int = 0) -> dict[str, Any]:
        """A recipient's row."""
        query = "select * from aurora_proactive_campaign_recipients where id = %s"
        row = self.connection.execute(query, [self.recipients[place]]).fetchone()
        assert row is not None
        return row

    def campaign_row(self) -> dict[str, Any]:
        """The campaign's row."""
        query = "select * from aurora_proactive_campaigns where id = %s"
        row = self.connection.execute(query, [self.campaign]).fetchone()
        assert row is not None
        return row

    def health(self) -> dict[str, Any]:
        """The row of the instance's health."""
        query = "select * from aurora_proactive_number_health where instance_name = %s"
        row = self.connection.execute(query, [self.instance]).fetchone()
        assert row is not None
        return row

    def change(self, **columns: Any) -> None:
        """Change the campaign's columns."""
        sets = ", ".join(f"{name} = %s" for name in columns)
        query = f"update aurora_proactive_campaigns set {sets} where id = %s"
        self.connection.execute(query.encode(), [*columns.values(), self.campaign])

    def sick(self, **columns: Any) -> None:
        """Change the columns of the instance's health."""
        sets = ", ".join(f"{name} = %s" for name in columns)
        query = f"update aurora_proactive_number_health set {sets} where instance_name = %s"
        self.connection.execute(query.encode(), [*columns.values(), self.instance])
