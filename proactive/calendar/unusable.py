"""What a business says of its days and cannot be used, in English for the API and in Portuguese for the page."""

from __future__ import annotations

from proactive.errors import InvalidInput


class UnusableDay(InvalidInput):
    """Something that is said of days or of the place is not usable: `field` says what, `words` why, in Portuguese."""

    def __init__(self, field: str, detail: str, words: str) -> None:
        super().__init__(detail)
        self.field, self.detail, self.words = field, detail, words
