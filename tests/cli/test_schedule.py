"""scripts/schedule.py: the entries with their zones and their next runs."""

from __future__ import annotations

import datetime as dt
import json

from proactive.schedule.scheduler import CronSchedule
from tests.cli.conftest import Run

NOON = dt.datetime(2031, 1, 6, 15, tzinfo=dt.UTC)


def test_the_schedule_lists_each_entry_with_its_zone_and_next_run(run: Run, schedule: CronSchedule) -> None:
    empty = run("schedule", "--list")
    assert (empty.status, empty.out) == (0, "No entries: run scripts/schedule.py to register them.\n")
    schedule.register(["America/Sao_Paulo", "America/Noronha"], NOON)
    lines = [" ".join(line.split()) for line in run("schedule", "--list").out.splitlines()]
    assert len(lines) == 11
    for line in (
        "daily_summary 0 18 * * * America/Noronha Mon 2031-01-06 18:00 2031-01-06 20:00",
        "daily_summary 0 18 * * * America/Sao_Paulo Mon 2031-01-06 18:00 2031-01-06 21:00",
        "inactive_clients 0 10 * * 1 America/Sao_Paulo Mon 2031-01-13 10:00 2031-01-13 13:00",
        "opportunities 0 15 * * 2,4 America/Sao_Paulo Tue 2031-01-07 15:00 2031-01-07 18:00",
    ):
        assert line in lines
    told = json.loads(run("aurora", "schedule", "list", "--json").out)
    assert {"type": "daily_summary", "cron": "0 18 * * *", "timezone": "America/Noronha",
            "next_run": "2031-01-06T20:00:00+00:00"} in told  # fmt: skip
