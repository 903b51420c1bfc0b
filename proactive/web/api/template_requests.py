"""The API's requests about a business's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from proactive.templates.version import Kind, TemplateContent
from proactive.web.api.request_model import RequestModel
from proactive.words.registry import VOCABULARIES

if TYPE_CHECKING:
    TemplateType = str
else:
    #: The name of a message type that has words; any other is refused.
    TemplateType = Literal[tuple(VOCABULARIES)]
#: Longer than any text that can be published; longer ones are not kept.
_Text = Annotated[str, StringConstraints(max_length=20_000)]


class WordingFields(RequestModel):
    """The fields of a wording; null or empty is the house's. A type has those that its house text has lines for."""

    greeting: _Text | None = None
    suggestion: _Text | None = None
    closing: _Text | None = None
    question: _Text | None = None


class TemplateRequest(RequestModel):
    """Words to save: `wording` (up to four fields) or `source` (the whole text in the grammar), one of them.

    `aiLines` lets the AI write the first and the last line, where they are plain text without figure, name or question.
    """

    organization_id: UUID | None = None
    wording: WordingFields | None = None
    source: _Text | None = None
    ai_lines: bool = False

    @property
    def kind(self) -> Kind | None:
        """Which of the two was sent; None for both or none."""
        if (self.wording is None) == (self.source is None):
            return None
        return "template" if self.wording is None else "wording"

    def content(self) -> TemplateContent:
        """What was sent."""
        if self.wording is None:
            return TemplateContent.of_source(self.source or "", ai_lines=self.ai_lines)
        return TemplateContent.of_fields(self.wording.model_dump(), ai_lines=self.ai_lines)


class TemplatePreviewRequest(TemplateRequest):
    """Words to look at, with one of the sets of facts, or (`factSet` null) with the business's own facts of now."""

    fact_set: Annotated[str, StringConstraints(max_length=100)] | None = None


class VersionRequest(RequestModel):
    """A version of an organisation's words, by its id."""

    organization_id: UUID | None = None
    version: UUID


class UnpublishRequest(RequestModel):
    """Whose words go back to the house text; a session's organisation is always its own."""

    organization_id: UUID | None = None


class HistoryQuery(RequestModel):
    """Whose words; `before` is the number of a version, below which the history goes on."""

    organization_id: UUID | None = None
    before: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    limit: Annotated[int, Field(ge=1, le=99)] = 20
