"""scripts/pause.py: `aurora pause`, `resume` and `paused` behind the options that the script always had."""

from __future__ import annotations

import click

from proactive.app import application
from proactive.cli.arguments import optional_type, optional_uuid
from proactive.cli.commands import command, json_option
from proactive.cli.paused import pause, release, resume, show_paused
from proactive.errors import InvalidInput

_EXAMPLES = """\
  python scripts/pause.py                                        what is paused
  python scripts/pause.py --organization ID --reason 'asked by the owner'
  python scripts/pause.py --type birthdays --reason 'wrong text'
  python scripts/pause.py --everything --reason 'incident 42'
  python scripts/pause.py --organization ID --resume
  python scripts/pause.py --release INSTANCE                     an instance that WhatsApp's answers had stopped"""


@command("pause.py", _EXAMPLES)
@click.option("--organization", metavar="ID", help="Only this organisation.")
@click.option("--type", "type_", metavar="TYPE", help="Only this message type.")
@click.option("--everything", is_flag=True, help="All organisations, all types.")
@click.option("--reason", metavar="TEXT", help="Why, for whoever finds it paused.")
@click.option("--resume", "again", is_flag=True, help="Send again.")
@click.option("--release", "instance", metavar="INSTANCE", help="Let an instance send again that is stopped.")
@json_option
def pause_door(
    organization: str | None, type_: str | None, everything: bool, reason: str | None, again: bool,
    instance: str | None, as_json: bool,
) -> int:  # fmt: skip
    """Pause sending, resume it, or list what is paused; survives restarts."""
    app = application()
    if instance is not None:
        return release(app, instance, as_json=as_json)
    organization_id, type_name = optional_uuid("--organization", organization), optional_type(type_)
    if organization_id is None and type_name is None and not everything:
        if again or reason:
            raise InvalidInput("say what: --organization ID, --type TYPE, both, or --everything")
        return show_paused(app, as_json=as_json)
    if again:
        return resume(app, organization_id, type_name, as_json=as_json)
    return pause(app, organization_id, type_name, reason, as_json=as_json)
