"""The states of instances: whoever knows the newer one, told or found."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from proactive.gateways.evolution.events import ConnectionEvent
from proactive.records.inbound import Heard, Inbound
from proactive.records.instances import InstanceStates
from proactive.storage.supabase import Database
from tests.records.conftest import Business, Connection

NOW = dt.datetime.now(dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def test_of_what_is_told_and_what_is_found_the_newer_one_holds(
    database: Connection, business: Business, supabase: Database
) -> None:
    name = f"org-{uuid4().hex[:8]}"
    query = "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, 'connected')"
    database.execute(query, [business.organization, name])
    states, inbound = InstanceStates(supabase), Inbound(supabase)

    def state() -> str:
        row = database.execute(
            "select state from aurora_proactive_instances where instance_name = %s", [name]
        ).fetchone()
        assert row
        return str(row["state"])

    inbound.keep([Heard(name, ConnectionEvent("open", 200, NOW - 9 * MINUTE))])
    states.found(name, "close", NOW - 5 * MINUTE)
    assert state() == "close"
    assert name in states.not_open(100)
    inbound.keep([Heard(name, ConnectionEvent("open", 200, NOW - 7 * MINUTE))])  # told late
    assert state() == "close"
    inbound.keep([Heard(name, ConnectionEvent("open", 200, NOW - 3 * MINUTE))])
    assert state() == "open"
    assert name not in states.not_open(100)
    states.found(name, "close", NOW - 4 * MINUTE)
    assert state() == "open"


def test_an_instance_of_nobody_is_not_kept(database: Connection, supabase: Database) -> None:
    InstanceStates(supabase).found("nobody's", "close", NOW)
    assert (
        database.execute("select 1 from aurora_proactive_instances where instance_name = 'nobody''s'").fetchall() == []
    )
