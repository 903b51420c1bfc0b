"""aurora schedule list: each entry of the schedule with its time zone and its next run."""

from __future__ import annotations

from proactive.app import application
from proactive.cli.commands import command, json_option
from proactive.cli.streams import say, say_json
from proactive.cli.tables import table
from proactive.schedule.scheduler import CronSchedule


@command("list", "  aurora schedule list --json")
@json_option
def list_command(as_json: bool) -> int:
    """List each entry with its time zone and its next run."""
    return show_schedule(application().schedule, as_json=as_json)


def show_schedule(schedule: CronSchedule, *, as_json: bool) -> int:
    """Print the entries. Raises redis.RedisError where Redis is away."""
    entries = list(schedule.planned())
    if as_json:
        say_json([
            {"type": each.entry.type, "cron": each.entry.cron, "timezone": each.entry.timezone,
             "next_run": each.next_run.isoformat()}
            for each in entries
        ])  # fmt: skip
        return 0
    rows = [
        (each.entry.type, each.entry.cron, each.entry.timezone,
         f"{each.next_run.astimezone(each.entry.zone):%a %Y-%m-%d %H:%M}", f"{each.next_run:%Y-%m-%d %H:%M}")
        for each in entries
    ]  # fmt: skip
    titles = ("type", "cron", "time zone", "next run (local)", "next run (UTC)")
    say(table(titles, rows) if rows else "No entries: run scripts/schedule.py to register them.")
    return 0
