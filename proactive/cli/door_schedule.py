"""scripts/schedule.py: runs the schedule, or lists it; it imports no more than it must, since it runs for months."""

from __future__ import annotations

import click

from proactive.cli.commands import command, load

_EXAMPLES = """\
  python scripts/schedule.py           register the entries and run them until SIGTERM
  python scripts/schedule.py --list    each entry with its time zone and its next run"""


@command("schedule.py", _EXAMPLES)
@click.option("--list", "listing", is_flag=True, help="List the entries and end.")
@click.pass_context
def schedule_door(context: click.Context, listing: bool) -> int:
    """Register the schedule in rq-scheduler and run it."""
    where = "schedule_list:list_command" if listing else "schedule_run:run_command"
    status: int = context.invoke(load(f"proactive.cli.{where}"))
    return status
