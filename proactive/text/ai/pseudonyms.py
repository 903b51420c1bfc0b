"""Who and what a text names: as stored (`Names`), or behind placeholders that may leave the house (`Pseudonyms`).

A layout never reads a name, a phone or any other free text directly; it asks one of these.
"""

from __future__ import annotations

import re

from proactive.text.formats import national_digits
from proactive.text.sanitize import clean_name, clean_text, first_name

#: A placeholder: `[[cliente 1]]`.
PLACEHOLDER = re.compile(r"\[\[[^\[\]\n]*\]\]")


class Names:
    """Everything people typed, cleaned for a message; each method answers None where nothing is left."""

    def client(self, raw: str | None) -> str | None:
        """A client's whole name."""
        return self._said("cliente", clean_name(raw))

    def first_name(self, raw: str | None) -> str | None:
        """A client's first name."""
        return self._said("nome", first_name(raw))

    def phone(self, raw: str | None) -> str | None:
        """A phone's national digits."""
        return self._said("telefone", national_digits(raw))

    def pet(self, raw: str | None) -> str | None:
        """A pet's name."""
        return self._said("pet", clean_name(raw))

    def service(self, raw: str | None) -> str | None:
        """A service's name."""
        return self._said("serviço", clean_name(raw))

    def campaign(self, raw: str | None) -> str | None:
        """What the owner calls a campaign."""
        return self._said("campanha", clean_name(raw))

    def message(self, raw: str | None) -> str | None:
        """A text that clients would receive, as its author wrote it."""
        return self._said("mensagem", clean_text(raw))

    def _said(self, kind: str, value: str | None) -> str | None:
        return value


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
