"""Over the views of examples/another-product every figure is what the same data give in our own tables."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import Any

import pytest

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.message_types.told import ToldFacts
from tests.support.another_product import EXAMPLE, number_of, renumbered, stand_in, uuid_of, write
from tests.support.asking import Database, ask
from tests.support.businesses import Case, Maker, insert
from tests.support.contract import DOCUMENT

COMPUTED = [name for name, type_ in MESSAGE_TYPES.items() if not issubclass(type_.facts, ToldFacts)]
DAYS = ("2026-02-28", "2026-11-22", "2026-11-26", "2026-12-31")
ZONES = ("America/Sao_Paulo", "America/Manaus", "America/Noronha")


def case(seed: int) -> Case:
    """A random business with rows of another one, under the ids that the views give them."""
    draw = random.Random(seed)
    maker = Maker(seed, draw.choice(ZONES), dt.date.fromisoformat(draw.choice(DAYS)), draw.choice((0, 600, 1439)))
    made = maker.case(draw.randint(0, 25), {"campaign_type": "promocional", "target_audience": "all"})
    place = [row["id"] for row in made.rows.owner_numbers].index(made.owner)
    rows = renumbered(made.rows)
    return Case(rows, rows.organizations[0]["id"], rows.owner_numbers[place]["id"], made.now, made.options)


def answers(database: Database, asked: Case) -> dict[str, Any]:
    """Everything that functions without a message of their own answer about a business."""
    found: dict[str, Any] = {type_: ask(database, type_, asked) for type_ in COMPUTED}
    for function, arguments in {
        "odd_values": "null, 1000",
        "recipients": "'America/Sao_Paulo', null, 1000",
        "time_zones": "",
        "organization": "%(organization)s",
        "present": "%(organization)s, '{no_instance}', 8",
        "organization_list": "null, '2026-01-01', '2026-12-31', 50, 0",
    }.items():
        found[function] = database.execute(
            f"select to_jsonb(x) as answer from public.aurora_proactive_{function}({arguments}) x",
            {"organization": asked.organization} if arguments.startswith("%(") else None,
        ).fetchall()
    return found


@pytest.mark.parametrize("seed", range(8))
def test_the_views_give_what_the_same_data_give_in_our_own_tables(database: Database, seed: int) -> None:
    asked = case(seed)
    with database.transaction(force_rollback=True):
        with database.transaction(force_rollback=True):
            insert(database, asked.rows)
            own = answers(database, asked)
        stand_in(database)
        write(database, asked.rows)
        assert answers(database, asked) == own
    assert own["daily_summary"]["facts"] is not None


def test_an_id_is_written_and_read_back_whatever_its_size(database: Database) -> None:
    with database.transaction(force_rollback=True):
        stand_in(database)
        for number in (0, 1, 42, 2**31, 2**32 + 7, 2**63 - 1):
            row = database.execute(
                "select aurora_id(1, %s::bigint) as made, aurora_id_of(aurora_id(1, %s::bigint)) as back",
                [number, number],
            ).fetchone()
            assert row == {"made": uuid_of(1, number), "back": number}
            assert number_of(uuid_of(1, number)) == number
        assert database.execute("select aurora_id(1, null) as made").fetchone() == {"made": None}


def test_one_business_is_found_by_an_index(database: Database) -> None:
    with database.transaction(force_rollback=True):
        stand_in(database)
        database.execute("set local enable_seqscan = off")
        for table, index in {
            "organizations": "lojas_aurora", "owner_numbers": "usuarios_aurora", "contacts": "tutores_aurora",
            "services": "catalogo_aurora", "whatsapp_instances": "aparelhos_aurora", "bookings": "agenda_aurora",
        }.items():  # fmt: skip
            column = "id" if table == "organizations" else "organization_id"
            plan = database.execute(f"explain select id from {table} where {column} = %s", [uuid_of(1, 42)])
            assert any(index in row["QUERY PLAN"] for row in plan.fetchall()), table


def test_the_documents_opening_hours_are_understood(database: Database) -> None:
    hours = json.loads(DOCUMENT.read_text("utf-8").split("```json\n")[1].split("```")[0])
    row = database.execute(
        "select aurora_proactive_odd_hours(%(h)s::jsonb) as odd, aurora_proactive_is_hours(%(h)s::jsonb) as hours",
        {"h": json.dumps(hours)},
    ).fetchone()
    assert row == {"odd": False, "hours": True}


def test_the_documents_queries_run_over_the_views(database: Database) -> None:
    blocks = DOCUMENT.read_text("utf-8").split("```sql\n")[1:]
    statements = [each for block in blocks for each in block.split("```")[0].split(";") if each.strip()]
    assert statements
    with database.transaction(force_rollback=True):
        stand_in(database)
        for statement in statements:
            database.execute(statement.encode())
        database.execute((EXAMPLE / "views.sql").read_bytes())  # once more, as the recipe says
