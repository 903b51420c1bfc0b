"""A business with campaigns in every state and people who want none, as the pages show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from proactive.campaigns.client_message import client_message
from proactive.campaigns.offers import recipient_id
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from sandbox.stack import LocalStack
from tests.support.shops import Shop, make_shop

TEXT = "Faz um tempinho que {pet} não {vem|vêm} nos visitar. Que tal marcar um banho com 10% OFF esta semana?"
_PEOPLE = (
    ("Maria Silva", "Rex"), ("João Pedro Santos", "Luna"), ("Ana Costa", "Max"), ("Beatriz Almeida", "Nina"),
    ("Carlos Eduardo Lima", "Thor"), ("Daniela Rocha", "Mel"), ("Eduardo Nunes", "Bob"), ("Fernanda Dias", "Amora"),
    ("Gustavo Prado", "Pipoca"), ("Helena Martins", "Fred"), ("Isabela Cardoso", "Jade"), ("Lucas Ferreira", "Simba"),
)  # fmt: skip


@dataclass
class Promotion:
    """A shop that may write to its clients: its campaigns by state, its clients by their number."""

    shop: Shop
    connection: psycopg.Connection[Any]
    campaigns: dict[str, UUID] = field(default_factory=dict)
    contacts: list[UUID] = field(default_factory=list)

    @property
    def organization(self) -> UUID:
        """The shop's id."""
        return self.shop.organization

    @property
    def instance(self) -> str:
        """The gateway's name of its instance."""
        return f"page-{self.organization}"

    def run(self, query: str, *values: object) -> None:
        """Run a statement."""
        self.connection.execute(query.encode(), values)

    def campaign(self, status: str, number: int = 0, source: str = "inactive_clients", **columns: Any) -> UUID:
        """A campaign in a state, with so many recipients."""
        id_, now = uuid4(), dt.datetime.now(dt.UTC)
        confirmed = status in ("confirmed", "running", "paused", "done", "stopped")
        row: dict[str, Any] = {
            "id": id_, "organization_id": self.organization, "source": source, "source_key": str(id_),
            "instance_name": self.instance, "status": status, "revision": 1, "text": TEXT,
            "audience": Jsonb({"audience": "inactive"}), "told": number, "frozen": number,
            "left_out": Jsonb({"never_talked": 9, "opted_out": 3, "recent_message": 2}),
            "valid_until": now + dt.timedelta(days=2), "previewed_at": now - dt.timedelta(hours=2),
            "starts_at": now - dt.timedelta(hours=1), "send_until": now + dt.timedelta(days=6),
            "legal_basis": "legitimate_interest", "basis_reference": "LIA-2026-01, na pasta da loja",
            "confirmed_at": now - dt.timedelta(hours=1) if confirmed else None,
            "confirmed_by": self.shop.owner if confirmed else None,
            "confirmation": Jsonb({"reply_id": "3EB0C1", "via": "whatsapp", "heard": "yes"}) if confirmed else None,
            "ended_at": now - dt.timedelta(minutes=5) if status in ("done", "stopped", "declined") else None,
        } | columns  # fmt: skip
        names = ", ".join(row)
        marks = ", ".join(["%s"] * len(row))
        self.run(f"insert into aurora_proactive_campaigns ({names}) values ({marks})", *row.values())
        self.campaigns[status] = id_
        for place in range(number):
            self._recipient(id_, place)
        return id_

    def _recipient(self, campaign: UUID, place: int) -> None:
        contact = self.contacts[place]
        name, pet = _PEOPLE[place % len(_PEOPLE)]
        key = _key(self.organization, place)
        id_ = recipient_id(campaign, key)
        text = client_message(id_, name, [pet], self.shop.name, TEXT)
        self.run(
            "insert into aurora_proactive_campaign_recipients (id, campaign_id, organization_id, revision, position,"
            " contact_id, pets, phone_key, phone, warmth, content) values"
            " (%s, %s, %s, 1, %s, %s, (select array_agg(id) from pets where contact_id = %s), %s, %s, %s, %s)",
            id_, campaign, self.organization, place, contact, contact, key, key[2:],
            ("warm", "warm", "cool")[place % 3], text,
        )  # fmt: skip

    def settle(self, campaign: UUID, place: int, **columns: Any) -> None:
        """Change a recipient's row."""
        sets = ", ".join(f"{name} = %s" for name in columns)
        self.run(
            f"update aurora_proactive_campaign_recipients set {sets} where campaign_id = %s and position = %s",
            *columns.values(), campaign, place,
        )  # fmt: skip

    def sent(self, campaign: UUID, places: range) -> None:
        """Have recipients got it: most read it, some answered, one was refused by WhatsApp."""
        for place in places:
            at = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=50 - place)
            told = ("server_ack_at", "delivered_at", "read_at")[: place % 4]
            receipts = dict.fromkeys(told, at.isoformat()) | ({"error_at": at.isoformat()} if place == 5 else {})
            self.settle(
                campaign, place, status="sent", sent_at=at, metadata=Jsonb({"receipts": receipts}),
                answered_at=at + dt.timedelta(minutes=3) if place % 4 == 3 else None,
            )  # fmt: skip

    def opt_out(self, key: str, level: str, source: str = "reply", contact: UUID | None = None, **more: Any) -> None:
        """Somebody who wants no campaigns."""
        since = more.get("since", dt.datetime.now(dt.UTC) - dt.timedelta(hours=5))
        evidence = {name: more[name] for name in ("rule", "listed") if name in more} or {"rule": "out"}
        self.run(
            "insert into aurora_proactive_opt_outs (organization_id, key, contact_id, level, source, evidence, since,"
            " until) values (%s, %s, %s, %s, %s, %s, %s, %s)",
            self.organization, key, contact, level, source, Jsonb(evidence), since,
            more.get("until"),
        )  # fmt: skip

    def key(self, place: int) -> str:
        """The key of a client's number."""
        return _key(self.organization, place)


def make_promotion(stack: LocalStack, name: str, *, owner: str = "Helena", clients: int = 14) -> Promotion:
    """A shop that accepted the terms, with an instance that hears, and clients with a pet each."""
    shop = make_shop(stack, name, owner, days=0)  # no message of today, whose offer would stand beside
    connection = psycopg.connect(stack.dsn, autocommit=True)
    made = Promotion(shop, connection)
    now = dt.datetime.now(dt.UTC)
    made.run(
        "update whatsapp_instances set status = 'connected', created_at = %s where organization_id = %s",
        now - dt.timedelta(days=99), shop.organization,
    )  # fmt: skip
    made.run(
        "insert into aurora_proactive_campaign_settings (organization_id, accepted_by, legal_basis, basis_reference)"
        " values (%s, 'Helena', 'legitimate_interest', 'LIA-2026-01, na pasta da loja')",
        shop.organization,
    )
    made.run(
        "insert into aurora_proactive_replies (instance_name, gateway_message_id, organization_id, received_at)"
        " values (%s, %s, %s, now())",
        made.instance, uuid4().hex, shop.organization,
    )  # fmt: skip
    made.run(
        "insert into aurora_proactive_number_health (instance_name, level, day, sent) values (%s, 3, %s, 18)",
        made.instance, (now - dt.timedelta(hours=3)).date(),
    )  # fmt: skip
    for place in range(clients):
        contact = uuid4()
        made.contacts.append(contact)
        person, pet = _PEOPLE[place % len(_PEOPLE)]
        made.run(
            "insert into contacts (id, organization_id, name, phone, last_contact_at) values (%s, %s, %s, %s, %s)",
            contact, shop.organization, person, made.key(place)[2:], now - dt.timedelta(days=40 + place),
        )  # fmt: skip
        made.run(
            "insert into pets (organization_id, contact_id, name) values (%s, %s, %s)", shop.organization, contact, pet
        )
    return made


def with_everything(made: Promotion) -> Promotion:
    """Campaigns in every state that people look at, and opt-outs of every kind."""
    running = made.campaign("running", 14)
    made.sent(running, range(8))
    made.settle(running, 8, status="skipped", reason="already_booked")
    missing = Failure(FailureReason.NOT_ON_WHATSAPP)
    made.settle(running, 9, status="failed", reason=str(missing.reason), metadata=Jsonb({"failure": missing.as_json()}))
    made.campaign("previewed", 12, "custom_campaign", audience=Jsonb({"campaign_type": "banho de verão"}))
    paused = made.campaign("paused", 6, "birthdays", pause_cause="opt_outs", resumes_as="running")
    made.sent(paused, range(2))
    done = made.campaign("done", 5, "low_occupancy", ended_by="finished")
    made.sent(done, range(5))
    made.campaign("declined", 0, "opportunities", option=1, frozen=None, revision=0)
    now = dt.datetime.now(dt.UTC)
    made.opt_out(made.key(10), "probable", rule="tentative", until=now + dt.timedelta(days=90),
                 contact=made.contacts[10])  # fmt: skip
    made.opt_out(made.key(11), "sure", contact=made.contacts[11])
    made.opt_out("lid:99887766554433", "sure")
    made.opt_out("551140028922", "block_list", "import")
    made.opt_out(f"contact:{made.contacts[12]}", "luto", rule="mourning")
    return made


def _key(organization: UUID, place: int) -> str:
    """A number of a client: the same for the same place of a shop."""
    return f"5511{(organization.int + place * 7919) % 10**8:08d}"
