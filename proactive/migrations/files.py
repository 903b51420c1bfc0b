"""The migrations of this release: files named by their version, and what each makes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from proactive.errors import ProactiveError
from proactive.migrations.statements import bare, split
from proactive.model.product_tables import PRODUCT_TABLES

#: Beside the product in its checkout, where the Supabase CLI looks for them as well.
FOLDER = Path(__file__).parent.parent.parent / "supabase" / "migrations"
_NAME = re.compile(r"(?P<version>\d{14})_(?P<name>\w+)\.sql")
#: Every name in our SQL is written with its schema, so this finds each use of a table of the product.
_PRODUCT = re.compile(rf"\bpublic\.({'|'.join(PRODUCT_TABLES)})\b")
_MAKES = re.compile(
    r"(?P<verb>create|drop) (?:or replace )?(?P<kind>function|table|view|type) (?:if (?:not )?exists )?"
    r"public\.(?P<name>aurora_proactive_\w+)",
    re.IGNORECASE,
)


class MigrationsMissing(ProactiveError):
    """The files of the migrations are not beside the product."""


@dataclass(frozen=True)
class MigrationFile:
    """A migration: its version (the time that its name begins with), its name and its SQL."""

    version: str
    name: str
    sql: str

    @cached_property
    def statements(self) -> list[str]:
        """Its statements in their order."""
        return split(self.sql)

    @property
    def title(self) -> str:
        """The file's name."""
        return f"{self.version}_{self.name}.sql"


@dataclass(frozen=True, slots=True)
class MadeObjects:
    """The names of what migrations leave behind. `hidden` functions are triggers' own, which no API shows."""

    functions: frozenset[str]
    tables: frozenset[str]
    hidden: frozenset[str]


def read_migrations(folder: Path = FOLDER, product_schema: str = "public") -> list[MigrationFile]:
    """The migrations of a folder in their order, reading the product's tables from a schema.

    Raises:
        MigrationsMissing: there are none.
    """
    files = sorted(folder.glob("*.sql")) if folder.is_dir() else []
    named = [(found, file) for file in files if (found := _NAME.fullmatch(file.name))]
    if not named:
        raise MigrationsMissing(f"there are no migrations in {folder}: run this in the checkout, or give --folder")
    texts = [_PRODUCT.sub(rf"{product_schema}.\1", file.read_text("utf-8")) for _, file in named]
    return [MigrationFile(found["version"], found["name"], sql) for (found, _), sql in zip(named, texts, strict=True)]


def objects_of(migrations: list[MigrationFile]) -> MadeObjects:
    """What is there when all of them were applied, by names: of functions of one name one must be there."""
    functions, tables, hidden = set[str](), set[str](), set[str]()
    for statement in (bare(each) for migration in migrations for each in migration.statements):
        found = _MAKES.match(statement)
        if found is None or found["kind"].lower() == "type":
            continue
        of_its_kind = functions if found["kind"].lower() == "function" else tables
        if found["verb"].lower() == "drop":
            of_its_kind.discard(found["name"])
            continue
        of_its_kind.add(found["name"])
        if re.search(r"\) returns (?:trigger|event_trigger)\b", statement, re.IGNORECASE):
            hidden.add(found["name"])
    return MadeObjects(frozenset(functions), frozenset(tables), frozenset(hidden & functions))
