"""aurora schedule: the entries of the schedule, and running it."""

from __future__ import annotations

from proactive.cli.commands import AuroraGroup, Subcommand

EXAMPLES = """\
  aurora schedule list     each entry with its time zone and its next run
  aurora schedule run      register the entries and run them until SIGTERM"""

schedule_group = AuroraGroup(
    "schedule",
    lazy={
        "list": Subcommand("proactive.cli.schedule_list:list_command", "List each entry with its next run."),
        "run": Subcommand("proactive.cli.schedule_run:run_command", "Register the schedule and run it."),
    },
    examples=EXAMPLES,
    help="List the schedule, or run it.",
    no_args_is_help=True,
)
