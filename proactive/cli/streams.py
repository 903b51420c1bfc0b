"""The streams of a command: a terminal that is not UTF-8, a reader that went away, a stream that is closed."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from proactive.errors import ProactiveError


def prepare_streams() -> None:
    """Have names printed as well as the terminal's encoding can, instead of ending at the first one that it cannot."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


class OutputLost(ProactiveError):
    """Standard output could not be written, for another reason than that nobody reads it any more."""


def say(text: str) -> None:
    """Print a line to whoever still reads; without a reader (`| head -1`) what the script does goes on.

    Raises:
        OutputLost: it cannot be written; the disk is full, for example.
    """
    with _written():
        print(text)


def say_json(value: Any) -> None:
    """Print a value as JSON, for programs. Raises like `say`."""
    say(json.dumps(value, ensure_ascii=False, indent=2))


def flush_output() -> None:
    """Send what was printed. Raises like `say`."""
    with _written():
        if sys.stdout is not None and not sys.stdout.closed:
            sys.stdout.flush()


@contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        discard_output()
    except OSError as error:
        discard_output()
        raise OutputLost(f"What this command prints could not be written: {error.strerror}.") from None


def discard_output() -> None:
    """Lead standard output nowhere: the interpreter writes what is left of it at the end, and would complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
