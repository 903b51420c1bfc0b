"""Shops whose owners will be offered a campaign: clients whose pets have their birthday today, and what is asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg

from proactive.campaigns.offers import campaign_id
from proactive.model.recipient import Recipient
from proactive.model.task import Task

#: How an owner says yes: to the offer, or after a preview; `no` says no.
Way = Literal["direct", "preview", "quoted", "less", "no"]
#: What becomes of it afterwards. `resumed`, `ended`: after PARE; `cancelled`: without; `capped`: at a cap that was
#: lowered; `dusk`: its window closes meanwhile.
Fate = Literal["goes on", "resumed", "ended", "cancelled", "capped", "dusk"]
_NOON, _DUSK_AFTER = 12, 7


@dataclass(frozen=True)
class Shop:
    """A business of one owner; `number` and `clients` are phones, as the gateway tells them."""

    organization: UUID
    owner: UUID
    number: str
    instance: str
    zone: str
    clients: tuple[str, ...]
    way: Way
    fate: Fate

    @property
    def today(self) -> str:
        """The date at the shop."""
        return dt.datetime.now(ZoneInfo(self.zone)).date().isoformat()

    @property
    def campaign(self) -> UUID:
        """The id of the campaign that it is offered."""
        return campaign_id(self.organization, "birthdays", self.today, 0)

    def offer(self) -> Task:
        """The message that offers it."""
        return Task(
            type="birthdays", organization_id=self.organization, recipient=Recipient.owner(self.owner), key=self.today,
            scheduled_for=dt.datetime.now(dt.UTC), timezone=self.zone, by_hand=True,
        )  # fmt: skip


def zones(now: dt.datetime) -> tuple[str, str]:
    """Where it is noon, and where it is seven hours later, at `now` (aware): no schedule is due in either soon."""
    noon = _NOON - now.astimezone(dt.UTC).hour
    dusk = noon + _DUSK_AFTER
    return _zone(noon), _zone(dusk if dusk <= 14 else dusk - 24)


def _zone(ahead: int) -> str:
    return f"Etc/GMT{'-' if ahead >= 0 else '+'}{abs(ahead)}"


def open_shop(
    connection: psycopg.Connection[dict[str, Any]], place: int, clients: int, zone: str, way: Way, fate: Fate
) -> Shop:
    """A shop in the database: nobody has said anything yet."""
    shop = Shop(
        uuid4(), uuid4(), f"55119{80_000_000 + place}", f"shop-{place:04d}", zone,
        tuple(f"55119{70_000_000 + 1000 * place + each}" for each in range(clients + (way == "less"))), way, fate,
    )  # fmt: skip
    run = connection.execute
    run(
        "insert into organizations (id, name, timezone) values (%s, %s, %s)",
        [shop.organization, f"Patas {place}", zone],
    )
    run(
        "insert into owner_numbers (id, organization_id, name, phone) values (%s, %s, 'Ana', %s)",
        [shop.owner, shop.organization, shop.number.removeprefix("55")],
    )
    run(
        "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, 'connected')",
        [shop.organization, shop.instance],
    )
    run(
        "insert into aurora_proactive_campaign_settings (organization_id, accepted_by, legal_basis, business_name,"
        " used_since) values (%s, 'Ana', 'legitimate_interest', %s, current_date - 400)",
        [shop.organization, f"Patas {place}"],
    )
    # each has a first name of its own, and the last one's is what an owner may leave out
    names = [f"{'BCDFGHJLMN'[each % 10]}{'aeiou'[each // 10 % 5]}tana Costa" for each in range(len(shop.clients))]
    names[-1] = "Zuleica Costa"
    run(
        "with client as (insert into contacts (organization_id, name, phone, last_contact_at)"
        "  select %(shop)s, name, phone, now() - interval '5 days'"
        "  from unnest(%(names)s::text[], %(phones)s::text[]) as t (name, phone) returning id)"
        " insert into pets (organization_id, contact_id, name, birthday)"
        " select %(shop)s, id, 'Rex', %(today)s::date - interval '4 years' from client",
        {"shop": shop.organization, "names": names, "phones": list(shop.clients), "today": shop.today},
    )
    # who has written lately is not counted against the half of a cap that is for others
    run(
        "insert into aurora_proactive_heard (instance_name, phone_key, heard_at)"
        " select %s, '5511' || right(phone, 8), now() from unnest(%s::text[]) as t (phone)",
        [shop.instance, list(shop.clients)],
    )
    return shop
