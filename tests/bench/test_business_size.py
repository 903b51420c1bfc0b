"""The query whose plan is shown is the daily summary's own."""

from __future__ import annotations

import re

from bench.business_size import query_of
from tests.support.asking import Database


def test_the_query_of_the_functions_body_can_be_prepared_with_its_parameters(database: Database) -> None:
    row = database.execute("select prosrc from pg_proc where proname = 'aurora_proactive_daily_summary'").fetchone()
    assert row is not None
    query = query_of(row["prosrc"])
    assert set(re.findall(r"\$\d", query)) == {"$1", "$2", "$3", "$4", "$5", "$6"}
    types = "uuid, timestamptz, timestamptz, timestamptz, text, date"
    database.execute(f"prepare summary ({types}) as {query}".encode())
    database.execute("deallocate summary")
