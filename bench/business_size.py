#!/usr/bin/env python3
"""What a message costs the database for a very large business, against a small one.

    python bench/business_size.py [--large 500000] [--small 1000]

Starts a stack of its own with 200 businesses of `--small` bookings, gives one of them `--large` (over five years, a
client for every ten), and times the facts function of every type for both: the median of 15 calls, in milliseconds,
on one connection. Then it shows EXPLAIN (ANALYZE, BUFFERS) of the query inside the daily summary's function.
"""

from __future__ import annotations

import argparse
import re
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg.types.json import Jsonb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.compare.data import Size, fill
from proactive.message_types.registry import BY_HAND
from proactive.settings import Settings
from sandbox.errors import LocalStackError
from sandbox.postgres import superuser_dsn
from sandbox.stack import LocalStack

_TIMES = 15
_CAMPAIGN = {"days": 30, "campaign_type": "teste", "target_audience": "all", "message": "Texto"}
_LARGE = Path(__file__).parent / "compare" / "large.sql"
#: The function's own words, as the parameters of a prepared statement.
_WORDS = {
    r"\bp_organization\b": "$1", r"\bp_now\b": "$2", r"\bv_day_starts\b": "$3", r"\bv_day_ends\b": "$4",
    r"\bv_zone\b": "$5", r"\bv_today\b": "$6",
}  # fmt: skip
_TYPES = "uuid, timestamptz, timestamptz, timestamptz, text, date"

Connection = psycopg.Connection[Any]


def main() -> int:
    """Fill, time, explain."""
    asked = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with (
            tempfile.TemporaryDirectory(prefix="aurora-race-", ignore_cleanup_errors=True) as name,
            LocalStack(Path(name) / "stack", {"shared_buffers": "512MB"}) as stack,
        ):
            fill(superuser_dsn(stack.folder), Size(200, asked.small))
            _measure(stack.dsn, asked.large - asked.small)
    except LocalStackError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _measure(dsn: str, more: int) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        small, large = _businesses(connection, more)
        _compare(connection, small, large)
        for business in (small, large):
            _explain(connection, business)


def _businesses(connection: Connection, more: int) -> list[tuple[str, str]]:
    """Two businesses with their owners, after the second got so many bookings more."""
    rows = connection.execute("select organization_id, id from owner_numbers order by 1 limit 2").fetchall()
    numbers = {"organization": rows[1][0], "bookings": more, "clients": max(1, more // 10)}
    connection.execute(_LARGE.read_bytes(), numbers)
    connection.execute("vacuum analyze")
    return rows


def _compare(connection: Connection, small: tuple[str, str], large: tuple[str, str]) -> None:
    counts = [_value(connection, "select count(*) from bookings where organization_id = %s", [each[0]])
              for each in (small, large)]  # fmt: skip
    print(f"| ms a reading | {counts[0]:,} bookings | {counts[1]:,} bookings | x |\n|---|---:|---:|---:|")
    for kind in BY_HAND:
        times = [_milliseconds(connection, kind, business) for business in (small, large)]
        print(f"| {kind} | {times[0]:.2f} | {times[1]:.2f} | {times[1] / times[0]:.1f} |")


def _milliseconds(connection: Connection, kind: str, business: tuple[str, str]) -> float:
    call = f"select aurora_proactive_{kind}(%s, %s, gen_random_uuid(), now(), %s)"
    arguments = [*business, Jsonb(Settings.model_construct().options() | _CAMPAIGN)]
    took = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        assert _value(connection, call, arguments)["facts"] is not None
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


def query_of(source: str) -> str:
    """The query in the body of the daily summary's function, with the parameters of `_TYPES` for its variables."""
    query = source[source.index("with day as") : source.index("into v_facts")]
    for word, parameter in _WORDS.items():
        query = re.sub(word, parameter, query)
    return query


def _explain(connection: Connection, business: tuple[str, str]) -> None:
    """The plan that the function uses: the query is taken from the function itself."""
    source = _value(connection, "select prosrc from pg_proc where proname = 'aurora_proactive_daily_summary'", [])
    query = query_of(source)
    for setting in ("jit = off", "plan_cache_mode = force_generic_plan"):
        connection.execute(f"set {setting}".encode())
    connection.execute(f"prepare summary ({_TYPES}) as {query}".encode())
    day = "date_trunc('day', now() at time zone 'America/Sao_Paulo')"
    bounds = f"{day} at time zone 'America/Sao_Paulo', ({day} + interval '1 day') at time zone 'America/Sao_Paulo'"
    execute = f"execute summary ('{business[0]}', now(), {bounds}, 'America/Sao_Paulo', current_date)"
    connection.execute(execute.encode())
    print(f"\nEXPLAIN (ANALYZE, BUFFERS) of the daily summary of {business[0]}:\n")
    for (line,) in connection.execute(f"explain (analyze, buffers) {execute}".encode()):
        print(line)
    connection.execute("deallocate summary")


def _value(connection: Connection, statement: str, arguments: list[Any]) -> Any:
    row = connection.execute(statement.encode(), arguments).fetchone()
    return cast("tuple[Any, ...]", row)[0]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", type=int, default=500_000, help="bookings of the large business")
    parser.add_argument("--small", type=int, default=1000, help="bookings of each other one")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
