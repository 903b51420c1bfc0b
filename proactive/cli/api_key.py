"""scripts/api_key.py: a new service key for the API."""

from __future__ import annotations

import re

from proactive.cli import arguments
from proactive.cli.streams import say
from proactive.errors import InvalidInput
from proactive.web.auth.keys import make_key

_EXAMPLES = """\
  python scripts/api_key.py                    a key, and its entry for API_KEYS
  python scripts/api_key.py --name frontend    the same, with a name for the logs and limits"""


def main() -> int:
    """Print the key (shown once, kept nowhere) and the entry that goes into API_KEYS."""
    parser = arguments.parser("Make a service key for the API.", _EXAMPLES)
    parser.add_argument("--name", metavar="NAME", help="letters, digits, - and _; at most 40")
    name = parser.parse_args().name
    if name is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name):
        raise InvalidInput("--name should be letters, digits, - and _, at most 40")
    key, entry = make_key(name)
    say(f"key      {key}")
    say(f"API_KEYS {entry}")
    return 0
