"""The arguments of the scripts: how they are read, and which exit status a mistake has."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic.alias_generators import to_camel
from redis import RedisError
from tabulate import tabulate

from proactive.cli.streams import flush_output, prepare_streams
from proactive.errors import InvalidInput, ProactiveError
from proactive.message_types.registry import BY_HAND, find_message_type
from proactive.model.moments import within_years
from proactive.storage.redis_errors import describe, is_away


def run(main: Callable[[], int | None]) -> NoReturn:
    """Run a script: exit status 0, 2 with a sentence for bad input, 1 with one where a service is away."""
    prepare_streams()
    try:
        _refuse_what_is_no_text(sys.argv[1:])
        status = main() or 0
        flush_output()
    except InvalidInput as error:
        status = complain(str(error), 2)
    except ProactiveError as error:
        status = complain(str(error), 1)
    except RedisError as error:
        why = type(error).__name__ if is_away(error) else describe(error)
        status = complain(f"Redis could not be used ({why}): check REDIS_URL.", 1)
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


def _refuse_what_is_no_text(given: Sequence[str]) -> None:
    for position, argument in enumerate(given, 1):
        if not argument.isprintable() and any("\ud800" <= sign <= "\udfff" for sign in argument):
            raise InvalidInput(f"argument {position} is not text in UTF-8")


def complain(sentence: str, status: int) -> int:
    """Say what is wrong on standard error; answers `status`."""
    print(sentence, file=sys.stderr)
    return status


def parser(description: str, examples: str) -> argparse.ArgumentParser:
    """A parser whose `--help` ends with examples."""
    return argparse.ArgumentParser(
        description=description, epilog=f"examples:\n{examples}", formatter_class=argparse.RawDescriptionHelpFormatter
    )


def add_message_arguments(arguments: argparse.ArgumentParser, *, at: str) -> None:
    """The arguments that name a message: its type, for whom, its data, and the moment `--at`, which `at` explains."""
    arguments.add_argument("type", metavar="TYPE", help=", ".join(BY_HAND))
    arguments.add_argument("--organization", metavar="ID", help="the organisation's id (UUID)")
    arguments.add_argument("--owner", metavar="ID", help="the owner's id, a row of owner_numbers (UUID)")
    arguments.add_argument("--at", metavar="WHEN", help=at)
    arguments.add_argument("--data", metavar="JSON", help="the type's data, for example '{\"days\": 45}'")
    for type_ in BY_HAND.values():
        for name, prompt in type_.prompts.items():
            arguments.add_argument(
                prompt.option, dest=name, metavar=prompt.metavar, help=f"{type_.name}: {prompt.help}"
            )


def given_data(options: argparse.Namespace) -> dict[str, Any]:
    """The data of `--data` and of the parameters' own options, which win; not validated yet.

    Raises:
        InvalidInput: `--data` is not a JSON object.
    """
    data = {} if options.data is None else _read_json(options.data)
    if not isinstance(data, dict):
        raise InvalidInput('--data must be a JSON object, for example {"days": 45}')
    for type_ in BY_HAND.values():
        for name in type_.prompts:
            value = getattr(options, name)
            if value is not None:
                data.pop(name, None)
                data[to_camel(name)] = value
    return data


def _read_json(text: str) -> Any:
    """JSON as RFC 8259 has it, which knows no NaN; nested, and with numbers as long, as can be read."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise InvalidInput(f"--data is not JSON (line {error.lineno}, column {error.colno})") from None
    except (ValueError, RecursionError):
        raise InvalidInput("--data is not usable: it is nested too deeply, or has a number that is none") from None


def _no_number(name: str) -> Any:
    raise ValueError(name)


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows under headings, for a terminal."""
    return tabulate([[str(cell) for cell in row] for row in rows], headings, "plain", disable_numparse=True)


def uuid_argument(name: str, value: str) -> UUID:
    """An id given on the command line.

    Raises:
        InvalidInput: it is not a UUID.
    """
    try:
        return UUID(value)
    except ValueError:
        raise InvalidInput(f"{name} is not an id: it should look like 3f1e9c6a-0d2b-4c57-9a55-0c1f6a8f2b11") from None


def optional_uuid(name: str, value: str | None) -> UUID | None:
    """An id given on the command line, None where none was. Raises like `uuid_argument`."""
    return None if value is None else uuid_argument(name, value)


def message_type(name: str) -> str:
    """The message type of that name. Raises like `proactive.message_types.registry.find_message_type`."""
    return find_message_type(name).name


def moment(value: str, zone: ZoneInfo, now: dt.datetime) -> dt.datetime:
    """A moment given on the command line: ISO 8601, or `HH:MM` for today; without an offset, local to `zone`.

    Raises:
        InvalidInput: it is neither, or in a year that nobody means.
    """
    try:
        if len(value) <= 5:
            time = dt.time.fromisoformat(value)
            if time.tzinfo is not None:
                raise ValueError
            return dt.datetime.combine(now.astimezone(zone).date(), time, zone)
        parsed = dt.datetime.fromisoformat(value)
    except ValueError:
        raise InvalidInput("--at should look like 2026-11-23T18:00, 2026-11-23T21:00Z or 18:00") from None
    try:
        within_years(parsed)
    except ValueError as error:
        raise InvalidInput(f"--at is not usable. {error}.") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)
