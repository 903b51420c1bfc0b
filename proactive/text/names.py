"""The names in a text of people, pets and services, cleaned for a message."""

from __future__ import annotations

from proactive.text.formats import national_digits
from proactive.text.sanitize import clean_name, clean_text, first_name


class Names:
    """Cleans what people typed for a message; each method answers None where nothing is left.

    A template never reads a name, a phone or any other free text directly; it asks one of these, so that the AI can
    be given placeholders instead (`proactive.text.ai.pseudonyms`).
    """

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
        """The owner's words for a campaign."""
        return self._said("campanha", clean_name(raw))

    def message(self, raw: str | None) -> str | None:
        """A text that clients would receive, as its author wrote it."""
        return self._said("mensagem", clean_text(raw))

    def _said(self, kind: str, value: str | None) -> str | None:
        return value
