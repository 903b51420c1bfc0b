"""Random businesses with everything that campaigns know: shared phones, opt-outs, consents, who was heard of."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from tests.support.audience_oracle import Ours
from tests.support.businesses import Case, insert
from tests.support.oracle import Row, zone_of

INSTANCE = "shop-of-the-oracle"
_JUNK = (None, "", "  ", "abc", "12345")
_AGES = (0.0, 1.0, 6.99, 7.0, 7.01, 8.0, 27.9, 28.0, 28.1, 29.9, 30.0, 30.1, 100.0)


class MailingWorld:
    """A case of `businesses.cases` with our tables' rows; `seed` decides them."""

    def __init__(self, case: Case, seed: int) -> None:
        self.case, self.random = case, random.Random(seed)
        self.ours = Ours(keys=dict.fromkeys(_JUNK))
        self.organization, self.now = case.organization, case.now
        self.clients = [row for row in case.rows.contacts if row["organization_id"] == case.organization]
        self.numbers = [self._number() for _ in range(max(len(self.clients) * 3 // 4, 2))]
        self._phones()
        self._settings()
        for _ in range(self.random.randint(0, len(self.clients) // 2)):
            self._opt_out()
        self._words()
        self._heard()
        for _ in range(self.random.randint(0, len(self.clients))):
            self._written()

    def _number(self) -> str:
        area = self.random.choice(("11", "21", "85"))
        return f"55{area}{self.random.randint(8_000_0000, 9_999_9999)}"

    def _written_as(self, key: str) -> str:
        """One of the forms in which people write a number."""
        area, last = key[2:4], key[4:]
        form = self.random.choice((
            f"{area}9{last}", f"+55 ({area}) 9{last[:4]}-{last[4:]}", f"55{area}9{last}", f"{area}{last}",
            f"0{area}9{last}", f"({area}) {last}",
        ))  # fmt: skip
        self.ours.keys[form] = key
        return form

    def _phones(self) -> None:
        for row in self.case.rows.contacts:
            chosen = self.random.random()
            row["phone"] = self.random.choice(_JUNK) if chosen < 0.1 else self._written_as(self._any())
            if chosen > 0.97:
                row["phone"], self.ours.keys["+1 212 555 0100"] = "+1 212 555 0100", "12125550100"
        for row in self.case.rows.owner_numbers:
            row["phone"] = self._written_as(self._any() if self.random.random() < 0.5 else self._number())
        phone = self.random.choice((None, self._written_as(self._any()), self._written_as(self._number())))
        self.case.rows.whatsapp_instances.append(
            {
                "id": UUID(int=self.random.getrandbits(128), version=4), "organization_id": self.organization,
                "instance_name": INSTANCE, "status": "connected", "phone_number": phone,
            }
        )  # fmt: skip

    def _any(self) -> str:
        return self.random.choice(self.numbers)

    def _settings(self) -> None:
        self.ours.settings = {
            "organization_id": self.organization, "accepted_by": "Ana",
            "legal_basis": self.random.choice(("legitimate_interest", "legitimate_interest", "consent")),
            "business_name": self.random.choice((None, "Patas & Cia")),
        }  # fmt: skip
        self.ours.level = self.random.choice((1, 1, 2, 3, 7))
        self.ours.used = self.random.choice((0, 0, 5, 19, 200))

    def _opt_out(self) -> None:
        client = self.random.choice(self.clients)
        pets = [p["id"] for p in self.case.rows.pets if p["contact_id"] == client["id"]]
        kinds: list[tuple[str, UUID | None, str]] = [
            (self._any(), self.random.choice((None, client["id"])), self.random.choice(("sure", "probable"))),
            (f"lid:{self.random.getrandbits(20)}", self.random.choice((None, client["id"])), "sure"),
            (self._any(), None, "block_list"),
            (f"contact:{client['id']}", client["id"], "luto"),
            *[(f"pet:{pet}", self.random.choice((None, client["id"])), "luto") for pet in pets[:1]],
        ]
        key, contact, level = self.random.choice(kinds)
        until = self.random.choice((None, None, self.now + dt.timedelta(1), self.now, self.now - dt.timedelta(1)))
        if key not in {out["key"] for out in self.ours.opt_outs}:
            out = {"key": key, "contact_id": contact, "level": level, "until": None if level == "luto" else until}
            self.ours.opt_outs.append(out)

    def _words(self) -> None:
        kinds = ("given", "given", "withdrawn", "objection", "listed", "unlisted")
        for key in self.numbers:
            for _ in range(self.random.choice((0, 0, 1, 2))):
                self.ours.consents.append({"phone_key": key, "kind": self.random.choice(kinds)})

    def _heard(self) -> None:
        for key in self.numbers:
            if self.random.random() < 0.7:
                self.ours.heard[key] = self.now - dt.timedelta(days=self.random.choice(_AGES))

    def _written(self) -> None:
        """A message of another campaign, as it ended."""
        status, reason = self.random.choice((
            ("sent", None), ("sent", None), ("sent", None), ("failed", "delivery_unknown_not_shown"),
            ("failed", "not_on_whatsapp"), ("skipped", "stopped"), ("pending", None),
        ))  # fmt: skip
        claimed = status == "pending" and self.random.random() < 0.5
        self.ours.written.append(
            {
                "phone_key": self._any(), "campaign_id": UUID(int=self.random.getrandbits(128), version=4),
                "status": status, "reason": reason, "at": self.now - dt.timedelta(days=self.random.choice(_AGES)),
                "delivered": status == "sent" and self.random.random() < 0.5, "claimed": claimed,
                "counts": status == "sent" or claimed or (reason or "").startswith("delivery_unknown"),
            }
        )  # fmt: skip

    def insert(self, database: psycopg.Connection[Any]) -> None:
        """Insert all of it."""
        insert(database, self.case.rows)
        run = database.execute
        run(
            "insert into aurora_proactive_campaign_settings (organization_id, accepted_by, legal_basis, business_name)"
            " values (%(organization_id)s, %(accepted_by)s, %(legal_basis)s, %(business_name)s)",
            self.ours.settings,
        )
        today = self.now.astimezone(self._zone()).date()
        run(
            "insert into aurora_proactive_number_health (instance_name, level, day, sent) values (%s, %s, %s, %s)",
            [INSTANCE, self.ours.level, today, self.ours.used],
        )
        for out in self.ours.opt_outs:
            run(
                "insert into aurora_proactive_opt_outs (organization_id, key, contact_id, level, source, until)"
                " values (%s, %s, %s, %s, 'reply', %s)",
                [self.organization, out["key"], out["contact_id"], out["level"], out["until"]],
            )
        for consent in self.ours.consents:
            run(
                "insert into aurora_proactive_consents (organization_id, phone_key, kind, source)"
                " values (%s, %s, %s, 'reply')",
                [self.organization, consent["phone_key"], consent["kind"]],
            )
        for key, at in self.ours.heard.items():
            run(
                "insert into aurora_proactive_heard (instance_name, phone_key, heard_at) values (%s, %s, %s)",
                [INSTANCE, key, at],
            )
        for written in self.ours.written:
            self._insert_written(database, written)

    def _insert_written(self, database: psycopg.Connection[Any], written: Row) -> None:
        metadata: Row = {"touched": written["at"].timestamp()}
        if written["delivered"]:
            metadata["receipts"] = {self.random.choice(("delivered_at", "read_at")): "2026-01-01T00:00:00Z"}
        if written["claimed"]:
            metadata["claim"] = {"by": "somebody"}
        database.execute(
            "insert into aurora_proactive_campaign_recipients (id, campaign_id, organization_id, revision, position,"
            " phone_key, warmth, status, reason, sent_at, metadata)"
            " values (gen_random_uuid(), %s, %s, 1, 0, %s, 'warm', %s, %s, %s, %s)",
            [
                written["campaign_id"], self.organization, written["phone_key"], written["status"], written["reason"],
                written["at"] if written["status"] == "sent" else None, Jsonb(metadata),
            ],
        )  # fmt: skip

    def _zone(self) -> dt.tzinfo:
        row = next(row for row in self.case.rows.organizations if row["id"] == self.organization)
        return zone_of(row["timezone"])
