"""Placeholders for everything that people typed: only they leave the process, and are replaced when they return."""

from __future__ import annotations

import re

from proactive.text.names import Names

#: A placeholder: `[[cliente 1]]`.
PLACEHOLDER = re.compile(r"\[\[[^\[\]\n]*\]\]")


class Pseudonyms(Names):
    """Names as numbered placeholders, one for each different value, and the way back."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._placeholders: dict[tuple[str, str], str] = {}

    def _said(self, kind: str, value: str | None) -> str | None:
        if value is None:
            return None
        if (kind, value) not in self._placeholders:
            number = sum(known == kind for known, _ in self._placeholders) + 1
            placeholder = f"[[{kind} {number}]]"
            self._placeholders[kind, value] = placeholder
            self._values[placeholder] = value
        return self._placeholders[kind, value]

    def restore(self, text: str) -> str:
        """`text` with every placeholder replaced by what it stands for, in one pass.

        Raises:
            KeyError: `text` holds a placeholder that this object did not give.
        """
        return PLACEHOLDER.sub(lambda found: self._values[found[0]], text)
