"""aurora api-key: a new service key for the API."""

from __future__ import annotations

import re
import sys

import click
from redis import RedisError

from proactive.app import application
from proactive.cli.commands import command, json_option
from proactive.cli.signing import author
from proactive.cli.streams import say, say_json
from proactive.errors import InvalidInput, SettingsError
from proactive.records.changes import Change
from proactive.web.auth.keys import make_key, parse_keys

EXAMPLES = """\
  {it}                    a key, and its entry for API_KEYS
  {it} --name frontend    the same, with a name for the logs and limits"""


@command("api-key", EXAMPLES.format(it="aurora api-key"))
@click.option("--name", metavar="NAME", help="Letters, digits, - and _; at most 40.")
@json_option
def api_key_command(name: str | None, as_json: bool) -> int:
    """Make a service key for the API.

    The key is shown once and kept nowhere; its entry goes into API_KEYS. That it was made is written down.
    """
    if name is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name):
        raise InvalidInput("--name should be letters, digits, - and _, at most 40")
    key, entry = make_key(name)
    if as_json:
        say_json({"key": key, "entry": entry})
    else:
        say(f"key      {key}")
        say(f"API_KEYS {entry}")
    _write_down(parse_keys(entry)[0].name)
    return 0


def _write_down(name: str) -> None:
    """Write down who made the key, where there is a database: it is made before there is one, too."""
    try:
        application().changes.record(Change(author(), "api_key_made", name))
    except (SettingsError, RedisError) as error:
        why = "there is no Supabase here" if isinstance(error, SettingsError) else "Supabase and Redis are away"
        print(f"note: the key is in no log of changes, {why}", file=sys.stderr)
