"""aurora preview: compose a message and show it; nothing is sent, nothing is written."""

from __future__ import annotations

import datetime as dt
import sys

from proactive.app import application
from proactive.cli import arguments
from proactive.cli.commands import command, json_option
from proactive.cli.message_options import MessageOptions, message_options
from proactive.cli.recipients import choose_recipient, requested_message
from proactive.cli.streams import say, say_json
from proactive.errors import InvalidInput
from proactive.model.occurrence import Occurrence
from proactive.model.recipient import Recipient
from proactive.text.framing import Greeted

EXAMPLES = """\
  {it} daily_summary --organization ID --owner ID
  {it} opportunities --organization ID --owner ID --at 2026-11-24T15:00
  {it} custom_campaign --organization ID --owner ID --json \\
      --data '{{"campaignType": "reativacao", "targetAudience": "inactive"}}'"""


@command("preview", EXAMPLES.format(it="aurora preview"))
@message_options("As of that moment, past or future: 2026-11-23T18:00 or 18:00.")
@json_option
def preview_command(options: MessageOptions, as_json: bool) -> int:
    """Compose a message and print it; sends nothing, writes nothing.

    With --json it prints {"text": ..., "facts": {...}}: the text, and the figures that its record would hold.
    """
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
    draft = app.composer.compose(message_type, facts, context, greeted, last_attempt=True)
    if as_json:
        say_json({"text": draft.text, "facts": draft.figures})
    else:
        say(draft.text)
    if draft.template_failed:
        print(f"(the business's own words were not used, this is the house text: {draft.fallback})", file=sys.stderr)
    if not facts.fires:
        print("(the schedule would not send this: there is nothing to say)", file=sys.stderr)
    return 0
