"""scripts/pause.py: stop one organisation, one message type or everything for a while, and resume.

It also lists the instances that WhatsApp's answers have stopped, and lets one send again.
"""

from __future__ import annotations

import argparse
from uuid import UUID

from proactive.app import application
from proactive.cli import arguments
from proactive.cli.streams import say
from proactive.errors import InvalidInput
from proactive.records.breakers import StoppedInstance
from proactive.records.pauses import PauseEntry

_EXAMPLES = """\
  python scripts/pause.py                                        what is paused
  python scripts/pause.py --organization ID --reason 'asked by the owner'
  python scripts/pause.py --type birthdays --reason 'wrong text'
  python scripts/pause.py --everything --reason 'incident 42'
  python scripts/pause.py --organization ID --resume
  python scripts/pause.py --release INSTANCE                     an instance that WhatsApp's answers had stopped"""


def main() -> int:
    """Pause, resume, or list what is paused."""
    options = _options()
    app = application()
    pauses = app.pauses
    breakers = app.breakers
    if options.release is not None:
        if not breakers.release(options.release):
            raise InvalidInput("no instance of that name is stopped: python scripts/pause.py lists them")
        say(f"released: {options.release}")
        return 0
    organization = arguments.optional_uuid("--organization", options.organization)
    type = arguments.message_type(options.type) if options.type is not None else None
    if organization is None and type is None and not options.everything:
        if options.resume or options.reason:
            raise InvalidInput("say what: --organization ID, --type TYPE, both, or --everything")
        _show(pauses.listed())
        _show_stopped(breakers.stopped(None))
        return 0
    if options.resume:
        if not pauses.resume(organization, type):
            raise InvalidInput("exactly that is not paused: python scripts/pause.py lists what is")
        say(f"resumed: {_what(organization, type)}")
        return 0
    if not options.reason:
        raise InvalidInput("--reason is missing: the operator who finds it paused will want to know why")
    if organization is not None and app.organizations.owners(organization) is None:
        raise InvalidInput(f"there is no organisation {organization}")
    pauses.pause(organization, type, options.reason)
    say(f"paused: {_what(organization, type)}")
    return 0


def _options() -> argparse.Namespace:
    parser = arguments.parser("Pause sending, resume it, or list what is paused; survives restarts.", _EXAMPLES)
    parser.add_argument("--organization", metavar="ID", help="only this organisation")
    parser.add_argument("--type", metavar="TYPE", help="only this message type")
    parser.add_argument("--everything", action="store_true", help="all organisations, all types")
    parser.add_argument("--reason", metavar="TEXT", help="why, for whoever finds it paused")
    parser.add_argument("--resume", action="store_true", help="send again")
    parser.add_argument("--release", metavar="INSTANCE", help="let an instance send again that is stopped")
    return parser.parse_args()


def _what(organization: UUID | None, type: str | None) -> str:
    return f"{type or 'every message type'} of {organization or 'every organisation'}"


def _show(pauses: list[PauseEntry]) -> None:
    rows = [
        (pause.organization_id or "every", pause.type or "every", f"{pause.since:%Y-%m-%d %H:%M}", pause.reason)
        for pause in pauses
    ]
    say(arguments.table(("organisation", "type", "since (UTC)", "reason"), rows) if rows else "Nothing is paused.")


def _show_stopped(instances: list[StoppedInstance]) -> None:
    until = "%Y-%m-%d %H:%M"
    rows = [
        (one.name, one.organization_id, one.cause, one.known_until.strftime(until), one.new_until.strftime(until))
        for one in instances
    ]
    titles = ("stopped instance", "organisation", "cause", "until (UTC)", "for new contacts until")
    if rows:
        say(arguments.table(titles, rows))
