"""scripts/preview.py: compose a message and show it; nothing is sent, nothing is written."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys

from proactive.app import application
from proactive.cli import arguments
from proactive.cli.recipients import choose_recipient, requested_message
from proactive.cli.streams import say
from proactive.errors import InvalidInput
from proactive.model.occurrence import Occurrence
from proactive.model.recipient import Recipient
from proactive.text.framing import Greeted

_EXAMPLES = """\
  python scripts/preview.py daily_summary --organization ID --owner ID
  python scripts/preview.py opportunities --organization ID --owner ID --at 2026-11-24T15:00
  python scripts/preview.py custom_campaign --organization ID --owner ID --json \\
      --data '{"campaignType": "reativacao", "targetAudience": "inactive"}'"""


def main() -> int:
    """Print the text, or with `--json` the text and the figures that `metadata.facts` would hold."""
    options = _options()
    app = application()
    message_type, data = requested_message(options)
    addressee = choose_recipient(options, app.organizations)
    now = dt.datetime.now(dt.UTC)
    at = arguments.moment(options.at, addressee.zone, now) if options.at is not None else now
    occurrence = Occurrence(addressee.organization, Recipient.owner(addressee.owner), message_type.name, "preview")
    context = app.facts.read(occurrence, at, data)
    if context.facts is None or context.owner is None:
        raise InvalidInput("there are no facts: the organisation or the owner is gone")
    facts, greeted = context.facts, Greeted.at(at.astimezone(addressee.zone), context.owner.name)
    draft = app.composer.compose(message_type.layout, facts, greeted, last_attempt=True)
    if options.json:
        say(json.dumps({"text": draft.text, "facts": draft.figures}, ensure_ascii=False, indent=2))
    else:
        say(draft.text)
    if not facts.fires:
        print("(the schedule would not send this: there is nothing to say)", file=sys.stderr)
    return 0


def _options() -> argparse.Namespace:
    parser = arguments.parser("Compose a message and print it; sends nothing, writes nothing.", _EXAMPLES)
    arguments.add_message_arguments(parser, at="as of that moment, past or future: 2026-11-23T18:00 or 18:00")
    parser.add_argument("--json", action="store_true", help='print {"text": ..., "facts": {...}}')
    return parser.parse_args()
