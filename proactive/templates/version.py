"""A version of a business's own words: what it says, who wrote it, and since when it goes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

from proactive.storage.answers import Row, row

Kind = Literal["wording", "template"]
#: Why a version goes out no more: another one was published, somebody went back to the house text, three faults in a
#: row.
UnpublishedWhy = Literal["replaced", "by_hand", "faults"]
_OWN_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TemplateContent:
    """What a version says: of kind `wording` the fields that are not the house's, of kind `template` its `source`.

    `ai_lines` is whether the AI may write the first and the last line.
    """

    kind: Kind
    wording: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    ai_lines: bool = False

    @classmethod
    def of_fields(cls, fields: Mapping[str, str | None], *, ai_lines: bool = False) -> TemplateContent:
        """A wording of its fields; an empty one is the house's."""
        kept = {name: text for name, text in fields.items() if text}
        return cls("wording", kept, ai_lines=ai_lines)

    @classmethod
    def of_source(cls, source: str, *, ai_lines: bool = False) -> TemplateContent:
        """A template of its text."""
        return cls("template", source=source, ai_lines=ai_lines)

    @classmethod
    def of_row(cls, found: Row) -> TemplateContent:
        """The content of a row, or of what a message's reading brings."""
        return cls(found["kind"], found["wording"] or {}, found["source"] or "", bool(found["ai_lines"]))

    def as_json(self) -> dict[str, Any]:
        """The content as the database takes it."""
        wording = self.kind == "wording"
        return {
            "kind": self.kind, "wording": dict(self.wording) if wording else None,
            "source": None if wording else self.source, "ai_lines": self.ai_lines,
        }  # fmt: skip

    def lines(self, names: Mapping[str, str] = _OWN_NAMES) -> list[str]:
        """The content line by line, to compare two versions: a wording's fields each with its name in `names`."""
        if self.kind == "template":
            return self.source.split("\n")
        return [f"{names.get(name, name)}: {line}" for name, text in self.wording.items() for line in text.split("\n")]


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """A version; instants are aware. `number` counts from 1 in its organisation and type.

    `written_by` and the others are ids of callers (`user:...`, `key:...`), or `aurora` where nobody did it.
    `restored_from` is the number of the version that it repeats.
    """

    id: UUID
    organization_id: UUID
    type: str
    number: int
    content: TemplateContent
    written_by: str
    written_via: str
    created_at: dt.datetime
    restored_from: int | None = None
    published_at: dt.datetime | None = None
    published_by: str | None = None
    unpublished_at: dt.datetime | None = None
    unpublished_by: str | None = None
    unpublished_why: UnpublishedWhy | None = None
    faults: int = 0

    @property
    def published(self) -> bool:
        """Whether it goes out now."""
        return self.published_at is not None and self.unpublished_at is None

    @classmethod
    def of_row(cls, answer: Any) -> TemplateVersion:
        """The version of a row of the table. Raises ValueError, TypeError or LookupError for what is none."""
        found = row(answer)
        return cls(
            UUID(found["id"]), UUID(found["organization_id"]), found["message_type"], found["number"],
            TemplateContent.of_row(found), found["written_by"], found["written_via"],
            dt.datetime.fromisoformat(found["created_at"]), found["restored_from"], _moment(found["published_at"]),
            found["published_by"], _moment(found["unpublished_at"]), found["unpublished_by"],
            found["unpublished_why"], found["faults"],
        )  # fmt: skip


def _moment(text: str | None) -> dt.datetime | None:
    return None if text is None else dt.datetime.fromisoformat(text)
