"""Every message type by its name: each module of this folder that has a `TYPE`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

import proactive.message_types as folder
from proactive.errors import InvalidInput
from proactive.message_types.base import MessageType


def _discovered() -> dict[str, MessageType]:
    names = (f"{folder.__name__}.{found.name}" for found in pkgutil.iter_modules(folder.__path__))
    modules = [importlib.import_module(name) for name in names if name != __name__]
    types = (getattr(module, "TYPE", None) for module in modules)
    return {type_.name: type_ for type_ in types if isinstance(type_, MessageType)}


#: By name, in alphabetical order.
MESSAGE_TYPES: Mapping[str, MessageType] = _discovered()

#: Those that people may ask for.
BY_HAND: Mapping[str, MessageType] = {name: type_ for name, type_ in MESSAGE_TYPES.items() if type_.asked_for_by_hand}

if TYPE_CHECKING:
    TypeName = str
else:
    #: The name of a message type, for models of requests and answers: any other is refused.
    TypeName = Literal[tuple(MESSAGE_TYPES)]


def find_message_type(name: str) -> MessageType:
    """The message type of that name (`daily_summary`, or as the product's queue has it `daily-summary`).

    Raises:
        InvalidInput: there is no such type that people may ask for.
    """
    found = BY_HAND.get(name.replace("-", "_"))
    if found is None:
        raise InvalidInput(f"unknown message type: use one of {', '.join(BY_HAND)}")
    return found


def check_data(type_: MessageType, data: Mapping[str, Any]) -> dict[str, Any]:
    """Validate a type's data; answer it complete, JSON-ready, in snake_case.

    Raises:
        InvalidInput: says which field is wrong and what it should be; the values are not repeated.
    """
    if any("\x00" in text for text in texts_in(data)):
        raise InvalidInput(f"the data of {type_.name} is not usable: texts must not contain the character NUL")
    try:
        return type_.data.model_validate(dict(data)).model_dump(mode="json")
    except ValidationError as error:
        problems = [
            f"{'.'.join(str(part) for part in problem['loc']) or 'data'}: {problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False)
        ]
        raise InvalidInput(f"the data of {type_.name} is not usable: {'; '.join(problems)}") from None


def texts_in(data: Any) -> Iterator[str]:
    """Every text in JSON-like data, however deep."""
    left = [data]
    while left:
        value = left.pop()
        if isinstance(value, Mapping):
            left += [*value, *value.values()]
        elif isinstance(value, list | tuple):
            left += value
        elif isinstance(value, str):
            yield value
