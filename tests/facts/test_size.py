"""A business far larger than any pet shop: exact figures, small answers, quickly enough for one request."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from proactive.message_types.registry import BY_HAND
from sandbox.stack import LocalStack
from tests.support.asking import Database

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
#: Seconds in which each must answer: far above what they take, far below Supabase's statement timeout.
LIMIT = 6.0
CONTACTS = """
    insert into contacts (organization_id, name, phone, status, last_contact_at, created_at)
    select %(organization)s, 'Cliente ' || n, '119' || n, case when n %% 20 = 0 then 'blocked' else 'active' end,
           %(now)s - make_interval(hours => n %% 2000), %(now)s - make_interval(hours => 3000 + n %% 9000)
      from generate_series(1, 50000) n
"""
BOOKINGS = """
    insert into bookings (organization_id, contact_id, start_time, end_time, status, price, created_at)
    select %(organization)s, c.id, t, case when n %% 3 = 0 then t + interval '1 hour' end,
           (array['completed', 'completed', 'confirmed', 'pending', 'cancelled'])[1 + n %% 5], 10 + n %% 77,
           t - make_interval(hours => n %% 90)
      from (select id, row_number() over (order by id) as place from contacts
             where organization_id = %(organization)s) c
     cross join lateral (select (c.place * 10 + k)::integer as n from generate_series(0, 9) k) numbered
     cross join lateral (select %(now)s + interval '2 days'
                                - make_interval(mins => (n::bigint * 7919 %% 1050000)::integer) as t) starts
"""


@pytest.fixture
def organization(database: Database) -> Iterator[UUID]:
    """50,000 clients with 500,000 bookings over two years."""
    id_ = uuid4()
    names = {"organization": id_, "now": NOW}
    database.execute("insert into organizations (id, name) values (%(organization)s, 'Enorme')", names)
    database.execute("insert into owner_numbers (organization_id, name) values (%(organization)s, 'Dona')", names)
    database.execute(CONTACTS, names)
    database.execute(BOOKINGS, names)
    database.execute("analyze contacts, bookings")
    yield id_
    database.execute("delete from bookings where organization_id = %s", (id_,))
    database.execute("delete from organizations where id = %s", (id_,))


def answer(stack: LocalStack, type_: str, organization: UUID, owner: UUID) -> tuple[dict[str, Any], int, float]:
    """The facts, the size of the answer in bytes and the seconds that the second request took."""
    arguments = {
        "p_organization": str(organization),
        "p_owner": str(owner),
        "p_message": str(uuid4()),
        "p_now": NOW.isoformat(),
        "p_options": {"campaign_type": "promocional", "target_audience": "all"},
    }
    headers = {"apikey": stack.service_role_key, "Authorization": f"Bearer {stack.service_role_key}"}
    url = f"{stack.supabase_url}/rest/v1/rpc/aurora_proactive_{type_}"
    for _ in range(2):
        begun = time.perf_counter()
        response = httpx.post(url, json=arguments, headers=headers, timeout=30, trust_env=False)
        seconds = time.perf_counter() - begun
    response.raise_for_status()
    return response.json()["facts"], len(response.content), seconds


@pytest.mark.long
@pytest.mark.timeout(300)
def test_fifty_thousand_clients_are_counted_exactly_and_quickly(
    database: Database, stack: LocalStack, organization: UUID
) -> None:
    owner = database.execute("select id from owner_numbers where organization_id = %s", (organization,)).fetchone()
    assert owner is not None
    facts = {}
    for type_ in BY_HAND:
        facts[type_], size, seconds = answer(stack, type_, organization, owner["id"])
        print(f"{type_}: {size} bytes, {seconds:.2f} s")
        assert size < 300_000
        assert seconds < LIMIT
    names = {"organization": organization, "now": NOW}
    counted = database.execute(
        """
        select (select count(*) from contacts c where organization_id = %(organization)s and status <> 'blocked'
                   and coalesce(last_contact_at, created_at) < %(now)s - interval '720 hours'
                   and not exists (select from bookings b where b.contact_id = c.id and b.start_time > %(now)s
                                      and b.status not in ('cancelled', 'no_show'))) as inactive,
               (select count(*) from contacts where organization_id = %(organization)s
                   and status <> 'blocked') as reach,
               (select count(*) from bookings where organization_id = %(organization)s and status = 'pending'
                   and start_time >= '2026-11-22 03:00Z') as pending,
               (select count(*) from bookings where organization_id = %(organization)s and status = 'confirmed'
                   and start_time >= '2026-11-23 03:00Z' and start_time < '2026-11-26 03:00Z') as confirmed
        """,
        names,
    ).fetchone()
    assert counted is not None
    assert facts["inactive_clients"]["inactive"] == counted["inactive"] > 1000
    assert facts["custom_campaign"]["reach"] == counted["reach"] == 47_500
    assert facts["daily_summary"]["pending"] == counted["pending"] > 0
    assert facts["opportunities"]["confirmed"] == counted["confirmed"] > 0
    assert len(facts["opportunities"]["listed"]) == 5
