"""Who runs a command, as the log of changes has it."""

from __future__ import annotations

import getpass
import re

from proactive.model.author import Author


def author() -> Author:
    """The account of this machine that runs the command: `cli:<account>`, `cli:unknown` where it has no name."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no account
        account = ""
    return Author(f"cli:{re.sub(r'[^A-Za-z0-9._-]', '_', account)[:40] or 'unknown'}", "cli")
