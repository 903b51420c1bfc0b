"""The options that name a message: its type, for whom, its data, and a moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem
from pydantic.alias_generators import to_camel

from proactive.errors import InvalidInput
from proactive.message_types.registry import BY_HAND

_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class MessageOptions:
    """What the command line says of a message, as it was given; None where nothing was.

    `parameters` are the values of the types' own options, by the names of their fields.
    """

    type: str | None
    organization: str | None = None
    owner: str | None = None
    at: str | None = None
    data: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


def message_options(at: str) -> Callable[[_Function], _Function]:
    """A decorator that gives a command these options as one argument `options`; `at` explains the moment."""

    def decorate(function: _Function) -> _Function:
        def collected(**given: Any) -> Any:
            named = {name: given.pop(name) for name in ("type", "organization", "owner", "at", "data")}
            parameters = {name: given.pop(name) for name in _PARAMETERS}
            given_ones = {name: value for name, value in parameters.items() if value is not None}
            return function(options=MessageOptions(**named, parameters=given_ones), **given)

        collected.__doc__, collected.__name__ = function.__doc__, function.__name__
        decorated: Any = collected
        decorated.__click_params__ = [*getattr(function, "__click_params__", []), *reversed(_options(at))]
        return decorated  # type: ignore[no-any-return]

    return decorate


def complete_type(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The message types that begin with what was typed, with their labels."""
    return [CompletionItem(name, help=type_.label) for name, type_ in BY_HAND.items() if name.startswith(incomplete)]


def given_data(options: MessageOptions) -> dict[str, Any]:
    """The data of `--data` and of the parameters' own options, which win; not validated yet.

    Raises:
        InvalidInput: `--data` is not a JSON object.
    """
    data = {} if options.data is None else _read_json(options.data)
    if not isinstance(data, dict):
        raise InvalidInput('--data must be a JSON object, for example {"days": 45}')
    for name, value in options.parameters.items():
        data.pop(name, None)
        data[to_camel(name)] = value
    return data


def _options(at: str) -> list[click.Parameter]:
    own: list[click.Parameter] = [
        click.Argument(["type"], metavar="TYPE", required=False, shell_complete=complete_type),
        click.Option(["--organization"], metavar="ID", help="The organisation's id (UUID)."),
        click.Option(["--owner"], metavar="ID", help="The owner's id, a row of owner_numbers (UUID)."),
        click.Option(["--at"], metavar="WHEN", help=at),
        click.Option(["--data"], metavar="JSON", help="The type's data, for example '{\"days\": 45}'."),
    ]
    for type_ in BY_HAND.values():
        for name, prompt in type_.prompts.items():
            words = f"{type_.name}: {prompt.help}"
            own.append(click.Option([prompt.option, name], metavar=prompt.metavar, help=words))
    return own


_PARAMETERS = tuple(dict.fromkeys(name for type_ in BY_HAND.values() for name in type_.prompts))


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
