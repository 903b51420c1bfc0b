"""How a command runs: which exit status a mistake has, and that no failure ends in a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

import click
from redis import RedisError

from proactive.cli.streams import discard_output, flush_output, prepare_streams
from proactive.errors import InvalidInput, ProactiveError
from proactive.storage.redis_errors import describe, is_away

#: The variable with which a shell asks for completions; click sets what it holds.
COMPLETED_BY = "_AURORA_COMPLETE"


def run_command(command: click.Command, name: str, given: Sequence[str] | None = None) -> NoReturn:
    """Run a command under a name with what the command line gives (or `given`), and end the process with its status."""
    arguments = sys.argv[1:] if given is None else given
    run(lambda: _begin(command, name, arguments))


def run(main: Callable[[], int | None]) -> NoReturn:
    """End the process with a status: 0 done, 2 with a sentence for bad input, 1 with one where a service is away."""
    prepare_streams()
    try:
        status = main() or 0
        flush_output()
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except InvalidInput as error:
        status = complain(str(error), 2)
    except ProactiveError as error:
        status = complain(str(error), 1)
    except RedisError as error:
        why = type(error).__name__ if is_away(error) else describe(error)
        status = complain(f"Redis could not be used ({why}): check REDIS_URL.", 1)
    except BrokenPipeError:  # of what click prints by itself, such as a help that nobody reads to its end
        discard_output()
        status = 0
    except (KeyboardInterrupt, click.Abort):
        status = 130
    sys.exit(status)


def invoke(command: click.Command, name: str, given: Sequence[str]) -> int | None:
    """Run a command with arguments in this process; answers its status. Raises whatever it raises."""
    try:
        # not `main`, which ends the process where nobody reads a help to its end
        with command.make_context(name, list(given)) as context:
            status = command.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    return status if isinstance(status, int) else None


def complain(sentence: str, status: int) -> int:
    """Say what is wrong on standard error; answers `status`."""
    print(sentence, file=sys.stderr)
    return status


def _begin(command: click.Command, name: str, given: Sequence[str]) -> int | None:
    for position, argument in enumerate(given, 1):
        if not argument.isprintable() and any("\ud800" <= sign <= "\udfff" for sign in argument):
            raise InvalidInput(f"argument {position} is not text in UTF-8")
    if COMPLETED_BY in os.environ:
        command.main([], name, COMPLETED_BY)  # answers the shell, and ends the process
    return invoke(command, name, given)
