"""An organisation of its own for each test, and its versions."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from proactive.model.author import Author
from proactive.storage.supabase import Database
from proactive.templates.store import TemplateStore

Connection = psycopg.Connection[dict[str, Any]]
NOON = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
PAULA = Author("user:00000000-0000-0000-0000-000000000001", "page")
SCRIPT = Author("key:script", "api")


@pytest.fixture
def organization(database: Connection) -> UUID:
    found = uuid4()
    database.execute("insert into organizations (id, name) values (%s, 'Patas & Cia')", [found])
    return found


@pytest.fixture
def store(supabase: Database) -> TemplateStore:
    return TemplateStore(supabase)
