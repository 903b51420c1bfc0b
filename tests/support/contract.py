"""The contract with the product's schema, as docs/your-schema.md has it: what the worker may read, and no more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

DOCUMENT = Path(__file__).parents[2] / "docs" / "your-schema.md"


@dataclass(frozen=True)
class Column:
    """A column of the contract; `needed` where it must not be null."""

    name: str
    type: str
    needed: bool


def contract() -> dict[str, list[Column]]:
    """The columns of each table, in the document's order."""
    tables = re.findall(r"^### ([a-z_]+)\n(.*?)(?=^##)", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return {
        name: [
            Column(column, type_, null == "no")
            for column, type_, null in re.findall(r"^\| `(\w+)` \| ([a-z]+) \| ([^|]*?) \|", body, re.MULTILINE)
        ]
        for name, body in tables
    }


def hold_to_contract(dsn: str) -> None:
    """Let the service role read the contract's columns of the product's tables, and nothing else in them.

    A real project grants it everything. Here whatever reads more is refused (42501), in whichever test it is.
    """
    with psycopg.connect(dsn) as connection:
        for table, columns in contract().items():
            names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
            name = sql.Identifier("public", table)
            connection.execute(sql.SQL("revoke all on {} from service_role").format(name))
            connection.execute(sql.SQL("grant select ({}) on {} to service_role").format(names, name))
