"""A failure of a message: its reason with the details that its words name, as records and people see it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from proactive.model.failure_reasons import FailureReason
from proactive.model.failure_words import WORDS


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure: its reason, the details that its words name, and the failures that caused it."""

    reason: FailureReason
    details: Mapping[str, str] = field(default_factory=dict)
    causes: tuple[Failure, ...] = ()

    @property
    def text(self) -> str:
        """The English words, for logs and `error_message`: no phone, no key, no text of a message."""
        return WORDS[self.reason].text.format(*(cause.text for cause in self.causes), **self.details)

    @property
    def label(self) -> str:
        """The Portuguese words, for pages."""
        details = {name: _brazilian(value) for name, value in self.details.items()}
        return WORDS[self.reason].label.format(*(cause.label for cause in self.causes), **details)

    @property
    def advice(self) -> str:
        """The advice to an operator, in Portuguese; where the reason has none of its own, that of the first cause."""
        return WORDS[self.reason].advice or (self.causes[0].advice if self.causes else "")

    def as_json(self) -> dict[str, Any]:
        """The failure as `metadata.failure` has it: `code`, and `details` and `causes` where there are some."""
        found: dict[str, Any] = {"code": str(self.reason)}
        found |= {"details": dict(self.details)} if self.details else {}
        return found | ({"causes": [cause.as_json() for cause in self.causes]} if self.causes else {})

    @classmethod
    def of_text(cls, text: str) -> Failure | None:
        """The failure that these English words say; None where they are no reason's that has no details."""
        return next((cls(reason) for reason, words in WORDS.items() if words.text == text and "{" not in text), None)

    @classmethod
    def from_json(cls, kept: Any) -> Failure | None:
        """The failure that a record keeps; None for one that this version does not know."""
        try:
            causes = tuple(cls.from_json(cause) for cause in kept.get("causes", ()))
            failure = cls(FailureReason(kept["code"]), kept.get("details", {}), tuple(filter(None, causes)))
            _ = failure.label  # every detail that the words name is there
        except (AttributeError, KeyError, IndexError, TypeError, ValueError):
            return None
        return failure


def _brazilian(value: str) -> str:
    """A detail as Brazilians write it: an ISO day becomes `23/11/2026`."""
    day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", value)
    return f"{day[3]}/{day[2]}/{day[1]}" if day else value
