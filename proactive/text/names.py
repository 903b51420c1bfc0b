"""The names in a text of people, pets and services, cleaned for a message."""

from __future__ import annotations

from proactive.text.formats import national_digits
from proactive.text.sanitize import clean_name, clean_text, first_name


class Names:
    """Cleans what people typed for a message; each method answers None where nothing is left.

    A template never reads a name, a phone or any other free text directly; it asks one of these.
    """

    def client(self, raw: str | None) -> str | None:
        """A client's whole name."""
        return clean_name(raw)

    def first_name(self, raw: str | None) -> str | None:
        """A client's first name."""
        return first_name(raw)

    def phone(self, raw: str | None) -> str | None:
        """A phone's national digits."""
        return national_digits(raw)

    def pet(self, raw: str | None) -> str | None:
        """A pet's name."""
        return clean_name(raw)

    def service(self, raw: str | None) -> str | None:
        """A service's name."""
        return clean_name(raw)

    def campaign(self, raw: str | None) -> str | None:
        """The owner's words for a campaign."""
        return clean_name(raw)

    def message(self, raw: str | None) -> str | None:
        """A text that clients would receive, as its author wrote it."""
        return clean_text(raw)
