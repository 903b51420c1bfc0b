"""Businesses with a month of messages, as the pages show them."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.occurrence import Occurrence
from proactive.model.recipient import Recipient
from sandbox.stack import LocalStack

TYPES = (
    "birthdays", "inactive_clients", "opportunities", "low_occupancy",
    "daily_summary",
)  # fmt: skip
_TEXT = """Boa noite, Helena! ✨

Resumo de hoje na Patas & Cia:

📅 *Agendamentos:* 7
💰 *Faturamento:* R$ 1.450,00
👥 *Clientes novos:* 2

- Rex - Banho e tosa às 09:00
- Luna - Consulta veterinária às 10:30
- Thor - Banho às 14:00

Quer que eu envie uma mensagem para os clientes de amanhã?"""

#: Why the messages failed that did.
FAILURE = Failure(FailureReason.INSTANCE_DISCONNECTED, {"state": "qr_pending"})


@dataclass(frozen=True)
class Shop:
    """An organisation with an owner and the messages that it was sent, by status; newest first."""

    organization: UUID
    owner: UUID
    name: str
    messages: dict[str, list[UUID]]


def make_shop(
    stack: LocalStack, name: str, owner: str = "Helena", *, days: int = 30, zone: str = "America/Sao_Paulo"
) -> Shop:
    """A business with one message of each type a day, some failed, some answered; always the same ones."""
    chance, now = random.Random(name), dt.datetime.now(dt.UTC)
    shop = Shop(uuid4(), uuid4(), name, {"sent": [], "failed": []})
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            "insert into organizations (id, name, timezone) values (%s, %s, %s)", [shop.organization, name, zone]
        )
        connection.execute(
            "insert into owner_numbers (id, organization_id, name, phone) values (%s, %s, %s, '11987654321')",
            [shop.owner, shop.organization, owner],
        )
        connection.execute(
            "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, %s)",
            [shop.organization, f"page-{shop.organization}", "connected" if chance.random() < 0.7 else "disconnected"],
        )
        for day in range(days):
            for hour, type_ in zip((12, 13, 18, 20, 21), TYPES, strict=True):
                due = (now - dt.timedelta(days=day)).replace(hour=hour, minute=0, second=0, microsecond=0)
                if due < now and ((fails := chance.random()) < 0.8 or day in (1, 2)):
                    failed = fails < 0.04 or (day in (1, 2) and type_ == "birthdays")
                    _insert(
                        connection,
                        shop,
                        Occurrence(shop.organization, Recipient.owner(shop.owner), type_, str(due.date())),
                        due,
                        chance,
                        failed=failed,
                    )
    return shop


def _insert(
    connection: psycopg.Connection, shop: Shop, occurrence: Occurrence, due: dt.datetime, chance: random.Random,
    *, failed: bool,
) -> None:  # fmt: skip
    status, message = "failed" if failed else "sent", occurrence.id
    shop.messages[status].append(message)
    sent = due + dt.timedelta(seconds=chance.lognormvariate(1.2, 0.8)) if status == "sent" else None
    facts = {"date": str(due.date()), "bookings": 7, "revenue": "1450.00", "new_clients": 2, "pending": 1,
             "listed": [str(uuid4()) for _ in range(7)]}  # fmt: skip
    receipts = {"delivered_at": due.isoformat(), "read_at": due.isoformat()} if sent and chance.random() < 0.5 else {}
    metadata = {"facts": facts, "composer": "layout", "attempts": 1, "receipts": receipts, "occurrence": occurrence.key,
                "timezone": "America/Sao_Paulo"}  # fmt: skip
    metadata |= {} if sent else {"failure": FAILURE.as_json()}
    metadata |= {"gateway_message_id": f"3EB0{message.hex[:16].upper()}"} if sent else {}
    connection.execute(
        """insert into aurora_proactive_messages
             (id, organization_id, owner_number_id, message_type, content, scheduled_for, status, sent_at,
              error_message, metadata, created_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [message, shop.organization, shop.owner, occurrence.type, _TEXT, due.replace(tzinfo=None), status,
         sent and sent.replace(tzinfo=None), None if sent else FAILURE.text, Jsonb(metadata),
         (due + dt.timedelta(seconds=0.3)).replace(tzinfo=None)],
    )  # fmt: skip
    if sent and chance.random() < 0.3:
        connection.execute(
            "insert into aurora_proactive_replies values ('page', %s, %s, %s, %s, %s)",
            [uuid4().hex, shop.organization, shop.owner, sent + dt.timedelta(minutes=4), message],
        )
