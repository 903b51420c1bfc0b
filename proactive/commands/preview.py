"""scripts/preview.py: compose a message and show it; nothing is sent, nothing is written."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys

from proactive.bootstrap import application
from proactive.catalog import check_data, find_kind
from proactive.commands import cli
from proactive.commands.addressee import complete_data, find_addressee
from proactive.errors import InvalidInput
from proactive.messages import Occurrence

_EXAMPLES = """\
  python scripts/preview.py daily_summary --organization ID --owner ID
  python scripts/preview.py opportunities --organization ID --owner ID --at 2026-11-24T15:00
  python scripts/preview.py custom_campaign --organization ID --owner ID --json \\
      --data '{"campaignType": "reativacao", "targetAudience": "inactive"}'"""


def main() -> int:
    """Print the text, or with `--json` the text and the figures that `metadata.facts` would hold."""
    options = _options()
    app = application()
    kind = find_kind(options.type)
    data = check_data(kind, complete_data(kind, cli.given_data(options)))
    addressee = find_addressee(options, app.directory)
    now = dt.datetime.now(dt.UTC)
    at = cli.moment(options.at, addressee.zone, now) if options.at else now
    occurrence = Occurrence(addressee.organization, addressee.owner, kind.type, "preview")
    facts = app.facts.read(occurrence, at, data).facts
    if facts is None:
        raise InvalidInput("there are no facts: the organisation or the owner is gone")
    draft = app.composer.compose(facts, last_attempt=True)
    if options.json:
        print(json.dumps({"text": draft.text, "facts": draft.figures}, ensure_ascii=False, indent=2))
    else:
        print(draft.text)
    if not facts.fires:
        print("(the schedule would not send this: there is nothing to say)", file=sys.stderr)
    return 0


def _options() -> argparse.Namespace:
    arguments = cli.parser("Compose a message and print it; sends nothing, writes nothing.", _EXAMPLES)
    cli.add_message_arguments(arguments)
    arguments.add_argument("--at", metavar="WHEN", help="as of that moment, past or future: 2026-11-23T18:00 or 18:00")
    arguments.add_argument("--json", action="store_true", help='print {"text": ..., "facts": {...}}')
    return arguments.parse_args()
