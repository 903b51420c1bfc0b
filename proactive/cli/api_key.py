"""aurora api-key: a new service key for the API."""

from __future__ import annotations

import re

import click

from proactive.cli.commands import command, json_option
from proactive.cli.streams import say, say_json
from proactive.errors import InvalidInput
from proactive.web.auth.keys import make_key

EXAMPLES = """\
  {it}                    a key, and its entry for API_KEYS
  {it} --name frontend    the same, with a name for the logs and limits"""


@command("api-key", EXAMPLES.format(it="aurora api-key"))
@click.option("--name", metavar="NAME", help="Letters, digits, - and _; at most 40.")
@json_option
def api_key_command(name: str | None, as_json: bool) -> int:
    """Make a service key for the API.

    The key is shown once and kept nowhere; its entry goes into API_KEYS.
    """
    if name is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name):
        raise InvalidInput("--name should be letters, digits, - and _, at most 40")
    key, entry = make_key(name)
    if as_json:
        say_json({"key": key, "entry": entry})
    else:
        say(f"key      {key}")
        say(f"API_KEYS {entry}")
    return 0
