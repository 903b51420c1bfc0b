"""What a business wrote instead of the house's words: a wording's fields, or a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """The small way: up to four fields of a house text, each in the grammar; empty where the house's words stand."""

    greeting: str = ""
    suggestion: str = ""
    closing: str = ""
    question: str = ""

    def fields(self) -> dict[str, str]:
        """The fields that somebody wrote, by their names, without blanks around them."""
        written = {name: str(text).strip() for name, text in asdict(self).items()}
        return {name: text for name, text in written.items() if text}


@dataclass(frozen=True, slots=True)
class Template:
    """The whole text of a type in the grammar."""

    source: str


Content = Wording | Template


def content_of(kind: str, wording: Mapping[str, str] | None, source: str | None) -> Content:
    """The content of a version's row.

    Raises:
        ValueError: the row is of another kind, or has a field that no wording has.
    """
    if kind == "template":
        return Template(source or "")
    unknown = set(wording or {}) - set(Wording.__slots__)
    if kind != "wording" or unknown:
        raise ValueError("no content of a version")
    return Wording(**{name: text or "" for name, text in (wording or {}).items()})
