"""The first and the last line of a message, and whom they greet when."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from proactive.text.sanitize import first_name

_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Framing:
    """The lines that stand in a layout's slots; None where the layout's own line stands, or none."""

    opening: str | None = None
    closing: str | None = None


@dataclass(frozen=True, slots=True)
class Greeted:
    """The owner whom a message greets, and the local hour (0 to 23). `name` is the first name, None if unknown."""

    name: str | None
    hour: int

    @classmethod
    def at(cls, local: dt.datetime, name: str | None) -> Greeted:
        """The owner of the stored `name` at a moment in the organisation's own time.

        What is stored counts as a name only where its first word has letters alone.
        """
        first = first_name(name)
        return cls(first if first and _NAME.fullmatch(first) else None, local.hour)
