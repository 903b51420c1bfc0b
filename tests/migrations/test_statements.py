"""Splitting SQL as PostgreSQL reads it: semicolons that end nothing, and every file of ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proactive.migrations.files import read_migrations
from proactive.migrations.statements import bare, split

#: Statements that hold a semicolon which ends nothing, or end in an odd way.
WHOLE = [
    "select 1",
    "select ';', 'it''s;'",
    "select e'\\';', E'a;''b'",
    'select 1 as "a;""b"',
    "do $$ begin perform 1; end $$",
    "create function f() returns int language plpgsql as $body$ begin return $1; end; $body$",
    "select $a$ $$ ; $b$ ; $a$",
    "select 1 -- a; comment; 'with a quote",
    "select /* a; /* nested; */ ' still; */ 2",
    "select a$b$c from d",
    "select '--;' , '/*;'",
]


@pytest.mark.parametrize("statement", WHOLE)
def test_a_semicolon_inside_ends_nothing(statement: str) -> None:
    assert split(f"{statement}\n;select 2;") == [statement, "select 2"]
    assert split(statement) == [statement]


@given(st.lists(st.sampled_from(WHOLE), max_size=8))
def test_statements_come_back_as_they_were_joined(statements: list[str]) -> None:
    assert split("\n;\n".join(statements)) == statements


def test_what_is_no_statement_is_none() -> None:
    assert split(" ; -- nothing\n;/* nothing */;") == []


def test_comments_and_spaces_do_not_count() -> None:
    assert bare("-- why\nselect  1 /* what */ ,\n 2 -- end") == "select 1 , 2"
    assert bare("select '-- no comment'") == "select '-- no comment'"


def test_every_migration_is_split_without_loss() -> None:
    for migration in read_migrations():
        assert "begin atomic" not in migration.sql.lower()
        assert len(migration.statements) > 1
        joined = "".join(bare("\n;".join(migration.statements)).replace(";", "").split())
        assert joined == "".join(bare(migration.sql).replace(";", "").split())
