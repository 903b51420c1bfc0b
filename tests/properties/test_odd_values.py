"""Whatever is in one column of the product's tables, every message still goes out, true for the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.message_types.told import ToldFacts
from proactive.model.context import MessageContext
from tests.support.asking import Database, Shop, ask
from tests.support.businesses import Case, insert
from tests.support.texts import compose

#: A Thursday, 18:00 in Brazil: every type has something to say.
NOW = dt.datetime(2026, 11, 26, 21, tzinfo=dt.UTC)
_MOMENTS = ("infinity", "-infinity", "4713-01-01 BC", "0001-01-01", "1970-01-01", "9999-12-31", "200000-01-01")
#: What each type of column takes, by PostgreSQL's name of the type, as PostgreSQL reads it.
ODD: dict[str, tuple[str | None, ...]] = {
    "numeric": ("NaN", "0", "-99999999.99", "99999999.99"),
    "int4": ("0", "-1", "-2147483648", "2147483647"),
    "timestamptz": _MOMENTS,
    "date": _MOMENTS,
    "bool": ("true", "false"),
    "text": ("", " ", "\t\n", "\x01\x1b[31m", "{{ 7 * 7 }}", "%s{}", "\u2028\u200d\u202e", "🐶" * 3000, "x" * 100_000,
             "null", "NaN", "'; drop table x; --", "*_~`"),
    "jsonb": ("null", "0", "1e400", "true", '"8h-18h"', '""', "[]", "[[[]]]", "{}", '{"mon": 1}', '{"Fri": []}',
              '{"sexta": [["08:00", "18:00"]]}', '{"fri": "08:00-18:00"}', '{"fri": {"0": "08:00"}}',
              '{"fri": [["00:00", "00:00"]]}', '{"fri": [["18:00", "02:00"]]}', '{"fri": [["00:00", "24:00"]]}',
              '{"fri": [["08:00", "18:00"], ["08:00", "18:00"], ["٠٨:٠٠", "18:00"], [[["a"]]], null]}',
              '{"fri": [["08:00:00", "18:00:00"], ["25:00", "26:00"], ["-1:00", "8:00"], ["8:00", "1e9"]]}',
              "[" * 500 + "]" * 500),
}  # fmt: skip
#: Who is written to, and by whom: these decide whether a message goes out, and are tested as such.
_DECIDES = {
    ("organizations", "is_active"), ("owner_numbers", "phone"), ("owner_numbers", "aurora_enabled"),
    ("whatsapp_instances", "instance_name"), ("whatsapp_instances", "status"), ("whatsapp_instances", "phone_number"),
}  # fmt: skip


def shop() -> Shop:
    """A business with something to say for every type, in two rows of each table at least."""
    made = Shop(NOW)
    tomorrow = NOW + dt.timedelta(hours=16)
    banho, tosa = made.service("Banho", "50.00"), made.service("Tosa", "80.00", 90)
    clients = [made.client(last_contact_at=NOW - dt.timedelta(days=60)) for _ in range(3)]
    pets = [made.pet(client, "Rex", birthday=dt.date(2020, 11, 26)) for client in clients]
    for client, pet in zip(clients, pets, strict=True):
        for visit in range(6):
            start = NOW - dt.timedelta(days=20 + 7 * visit)
            made.booking(start, contact_id=client, pet_id=pet, service_id=banho, status="completed")
    made.booking(NOW - dt.timedelta(hours=3), service_id=tosa, end_time=NOW - dt.timedelta(hours=2), price="70.00")
    made.booking(NOW - dt.timedelta(hours=2), pet_id=pets[0], contact_id=clients[0], status="pending")
    made.booking(tomorrow, service_id=tosa)
    return made


@pytest.fixture
def written(database: Database) -> Iterator[Shop]:
    """The business in the database while a test lasts; what the product's tables demand is lifted for it."""
    made = shop()
    with database.transaction(force_rollback=True):
        insert(database, made.rows)
        database.execute(
            "insert into whatsapp_instances (organization_id, instance_name) values (%s, 'shop')", (made.organization,)
        )
        yield made


def messages(database: Database, made: Shop) -> dict[str, str]:
    """The text of each type, from the context as the worker reads it."""
    texts = {}
    for name, type_ in MESSAGE_TYPES.items():
        if issubclass(type_.facts, ToldFacts):
            continue  # its words were made before
        options = {"campaign_type": "promocional", "target_audience": "all"}
        reading = ask(database, name, Case(made.rows, made.organization, made.owner, NOW, options))
        context = MessageContext.model_validate({**reading, "facts": type_.facts.model_validate(reading["facts"])})
        assert context.owner is not None
        assert context.facts is not None
        texts[name] = compose(context.facts).text
    return texts


def columns(database: Database) -> list[tuple[str, str, str]]:
    """The columns of the product's tables that hold data: table, column, type."""
    rows = database.execute(
        "select table_name as t, column_name as c, udt_name as type from information_schema.columns"
        " where table_schema = 'public' and table_name not like 'aurora%%' order by table_name, ordinal_position"
    ).fetchall()
    return [(row["t"], row["c"], row["type"]) for row in rows if row["type"] != "uuid"]


@pytest.mark.parametrize("rows", ["one", "all"])
def test_each_message_goes_out_whatever_stands_in_one_column(database: Database, written: Shop, rows: str) -> None:
    tried = 0
    for table, column, type_ in columns(database):
        if (table, column) in _DECIDES:
            continue
        for value in (None, *ODD[type_]):
            with database.transaction(force_rollback=True):
                if not spoil(database, written.organization, table, column, value, every=rows == "all"):
                    continue
                tried += 1
                for name, text in messages(database, written).items():
                    assert text.strip(), (name, table, column, value)
                    assert not {"nan", "None", "infinity", "Infinity"} & set(text.replace(",", " ").split()), text
    assert tried > 150


def spoil(database: Database, organization: UUID, table: str, column: str, value: Any, *, every: bool) -> bool:
    """Write a value into a column of the business's first row, or of every row; False where the table refuses it."""
    own = sql.Identifier("id" if table == "organizations" else "organization_id")
    names = {"table": sql.Identifier(table), "column": sql.Identifier(column), "own": own}
    change = "update {table} set {column} = %(value)s where {own} = %(id)s"
    change += "" if every else " and id = (select min(id::text)::uuid from {table} where {own} = %(id)s)"
    try:
        with database.transaction():
            if value is None:
                database.execute(sql.SQL("alter table {table} alter column {column} drop not null").format(**names))
            database.execute(sql.SQL(change).format(**names), {"value": value, "id": organization})
    except (psycopg.errors.CheckViolation, psycopg.errors.DatatypeMismatch):
        return False
    return True


def test_what_is_true_of_the_other_rows_is_still_said(database: Database, written: Shop) -> None:
    before = messages(database, written)
    odd = Shop(NOW)
    odd.organization = written.organization
    for column in ("last_contact_at", "created_at"):
        odd.client(name=None, status="active", **{column: "infinity"}, phone=None)
    for start in ("infinity", "-infinity"):
        odd.booking(NOW, price="NaN")
        odd.rows.bookings[-1] |= {"start_time": start, "end_time": "infinity", "created_at": "-infinity"}
    odd.rows.organizations.clear()
    odd.rows.owner_numbers.clear()
    insert(database, odd.rows)
    after = messages(database, written)
    for type_ in ("daily_summary", "birthdays", "opportunities"):
        assert after[type_] == before[type_]
    assert "R$ 70,00" in after["daily_summary"]
    assert "4 clientes" not in before["inactive_clients"]
    assert "4 clientes que estão inativos" in after["inactive_clients"]  # the one that was created long ago
