"""What the doctor looks at in Supabase: the key, the migrations, the product's tables and what is in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import httpx

from proactive.doctor.clocks import clock_of_answer
from proactive.doctor.finding import Finding, finding
from proactive.doctor.product_schema import PRODUCT_COLUMNS, fits
from proactive.doctor.rest import SupabaseRest, kind_of
from proactive.errors import SupabaseError
from proactive.facts.odd_values import OddValues
from proactive.migrations.files import MigrationsMissing, objects_of, read_migrations
from proactive.storage.supabase import Database

#: Names that a sentence has room for.
_NAMED = 4
#: Pages of a thousand organisations whose values are looked at: an answer is wanted within seconds.
_PAGES = 3
_COUNTED = {
    "organizations": {"is_active": "eq.true"}, "owner_numbers": {"aurora_enabled": "eq.true"},
    "whatsapp_instances": {}, "contacts": {}, "bookings": {},
}  # fmt: skip
_ZONE = "organizations.timezone"


def supabase_findings(rest: SupabaseRest, host: str, key: str, database: Database) -> list[Finding]:
    """Everything about Supabase; where it cannot be read, why."""
    try:
        description = rest.description()
        found = [finding("supabase.ok", host=host)]
        if description.status in (401, 403):
            return [*found, finding("supabase_key.refused", kind=kind_of(key))]
        if kind_of(key) in ("anon", "sb_publishable", "authenticated"):
            return [*found, finding("supabase_key.public", kind=kind_of(key))]
        if description.status not in (200, 404):
            return [finding("supabase.away", reason=description.why)]
        found.append(finding("supabase_key.ok", kind=kind_of(key)))
        clock = clock_of_answer(
            "supabase_clock", description.headers.get("date"), description.asked, description.answered
        )
        found += [*_described(rest, description.body), *_counts(rest), *_values(database), *clock]
        return found
    except httpx.HTTPError as error:
        return [finding("supabase.away", reason=type(error).__name__)]


def _described(rest: SupabaseRest, description: Any) -> Iterator[Finding]:
    """What the API says that there is; a project may keep it from describing itself."""
    definitions = description.get("definitions") if isinstance(description, dict) else None
    paths = description.get("paths") if isinstance(description, dict) else None
    if not isinstance(definitions, dict) or not isinstance(paths, dict):
        yield finding("migrations.hidden")
        yield from _asked(rest)
        return
    yield _migrations(set(definitions), {path.removeprefix("/rpc/") for path in paths})
    of_product = rest.description(of_product=True)
    if of_product.status != 200 or not isinstance(of_product.body, dict):
        yield finding("product_tables.schema", reason=of_product.why)
        return
    yield from _product(of_product.body.get("definitions") or {})


def _migrations(tables: set[str], functions: set[str]) -> Finding:
    try:
        migrations = read_migrations()
    except MigrationsMissing:
        return finding("migrations.hidden")
    wanted = objects_of(migrations)
    missing = sorted((wanted.functions - wanted.hidden - functions) | (wanted.tables - tables))
    if len(missing) == len(wanted.functions - wanted.hidden) + len(wanted.tables):
        return finding("migrations.missing")
    if missing:
        return finding("migrations.incomplete", count=len(missing), names=named(missing))
    return finding("migrations.ok", version=migrations[-1].version)


def _product(definitions: Mapping[str, Any]) -> Iterator[Finding]:
    missing, wrong = list[str](), list[str]()
    for table, columns in PRODUCT_COLUMNS.items():
        if table not in definitions:
            missing.append(f"{table}.*")
            continue
        there: Mapping[str, Any] = definitions[table].get("properties", {})
        missing += [f"{table}.{column}" for column in columns if column not in there]
        for column, wanted in columns.items():
            kind = str(there[column].get("format", "")) if column in there else ""
            if kind and not fits(wanted, kind):
                wrong.append(f"{table}.{column} ({kind} ≠ {wanted})")
    if missing:
        yield finding("product_tables.missing", names=named(missing, 12))
    if wrong:
        yield finding("product_tables.types", names=named(wrong, 12))
    if not missing and not wrong:
        yield finding("product_tables.ok")


def _asked(rest: SupabaseRest) -> Iterator[Finding]:
    """The product's tables, each asked for all its columns at once: their types stay unknown."""
    refused = {
        table: answer.why
        for table, columns in PRODUCT_COLUMNS.items()
        if (answer := rest.get(table, select=",".join(columns), limit="0")).status not in (200, 206)
    }
    names = "; ".join(f"{table} ({why})" for table, why in refused.items())
    yield finding("product_tables.missing", names=names) if refused else finding("product_tables.ok")


def _counts(rest: SupabaseRest) -> Iterator[Finding]:
    counts = {table: rest.count(table, **filters) for table, filters in _COUNTED.items()}
    told = ", ".join(f"{table} {count}" for table, count in counts.items() if count is not None)
    if told:
        nobody = not counts["organizations"] or not counts["owner_numbers"]
        yield finding("row_counts.nobody" if nobody else "row_counts.ok", counts=told)


def _values(database: Database) -> Iterator[Finding]:
    after: UUID | None = None
    odd, zones = Counter[str](), list[str]()
    try:
        for _ in range(_PAGES):
            page = OddValues(database).page(after, 1000)
            odd.update({each.value: each.count for each in page.found if each.value != _ZONE})
            zones += [str(each.organization) for each in page.found if each.value == _ZONE]
            if (after := page.last) is None:
                break
    except SupabaseError:
        return  # what is missing was told already
    yield finding("time_zones.wrong", count=len(zones), ids=named(zones)) if zones else finding("time_zones.ok")
    values = ", ".join(f"{value} {count}" for value, count in odd.most_common())
    yield finding("odd_values.found", values=values) if odd else finding("odd_values.ok")


def named(names: list[str], most: int = _NAMED) -> str:
    """The first names, and how many more there are, in signs: they stand in sentences of both languages."""
    more = f", ... (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more
