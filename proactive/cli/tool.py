"""The command `aurora`: everything that operators do, as subcommands."""

from __future__ import annotations

from importlib.metadata import version
from typing import NoReturn

import click

from proactive.cli.commands import AuroraGroup, Subcommand, load
from proactive.cli.running import run_command
from proactive.cli.streams import say

_HERE = "proactive.cli"
COMMANDS = {
    "doctor": Subcommand(f"{_HERE}.doctor:doctor_command", "Look at everything that is needed; say what is wrong."),
    "migrate": Subcommand(f"{_HERE}.migrate:migrate_command", "Apply the database's migrations that are missing."),
    "enqueue": Subcommand(f"{_HERE}.enqueue:enqueue_command", "Put a message on the queue by hand."),
    "preview": Subcommand(f"{_HERE}.preview:preview_command", "Compose a message and print it; sends nothing."),
    "jobs": Subcommand(f"{_HERE}.jobs:jobs_group", "Show what waits, runs, finished, failed; requeue it."),
    "messages": Subcommand(f"{_HERE}.messages:messages_group", "Find messages; send failed ones again by reason."),
    "cancel": Subcommand(f"{_HERE}.cancel:cancel_command", "Cancel messages that wait for their time."),
    "schedule": Subcommand(f"{_HERE}.schedule:schedule_group", "List the schedule, or run it."),
    "webhook": Subcommand(f"{_HERE}.webhook:webhook_group", "Show or set where an instance's webhook leads."),
    "pause": Subcommand(f"{_HERE}.pause:pause_command", "Pause an organisation, a type or everything."),
    "resume": Subcommand(f"{_HERE}.pause:resume_command", "Send again what was paused or stopped."),
    "paused": Subcommand(f"{_HERE}.pause:paused_command", "List what is paused or stopped."),
    "campaign": Subcommand(f"{_HERE}.campaign:campaign_group", "List campaigns, show one, stop one."),
    "holidays": Subcommand(f"{_HERE}.holidays:holidays_command", "Write the holidays, or show a state's list."),
    "api-key": Subcommand(f"{_HERE}.api_key:api_key_command", "Make a service key for the API."),
    "completion": Subcommand(f"{_HERE}.completion:completion_command", "Print what completes commands in a shell."),
}
EXAMPLES = """\
  aurora doctor                    is everything there, and what is to be done?
  aurora preview daily_summary     asks for the organisation and the owner, and sends nothing
  aurora messages reasons          why messages failed in the last 7 days
  aurora COMMAND --help            options and examples of a command"""


def _show_version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        say(f"aurora {version('aurora-proactive-worker')}")
        context.exit()


@click.group(
    "aurora", cls=AuroraGroup, lazy=COMMANDS, examples=EXAMPLES, invoke_without_command=True,
    params=[click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_show_version,
                         help="Show the version and end.")],
)  # fmt: skip
@click.pass_context
def aurora(context: click.Context) -> int | None:
    """Operate Aurora Proactive Worker.

    Settings come from the environment and .env. Exit status: 0 done, 2 bad input, 1 something failed or is away.
    """
    if context.invoked_subcommand is not None:
        return None
    status: int = context.invoke(load("proactive.cli.menu:menu_command"))
    return status


def main() -> NoReturn:
    """Run the command line's command; the entry point `aurora`, and `python -m proactive`."""
    run_command(aurora, "aurora")
