"""The API's answers about a business's own words."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from proactive.templates.editor import TemplateLook
from proactive.templates.store import TemplateFallback
from proactive.templates.version import Kind, TemplateVersion, UnpublishedWhy
from proactive.web.api.schemas import ResponseModel
from proactive.web.api.template_requests import TemplateType
from proactive.words.fault import WordsFault


class WordingView(ResponseModel):
    """The fields of a wording; null is the house's text."""

    greeting: str | None = None
    suggestion: str | None = None
    closing: str | None = None
    question: str | None = None


class TemplateVersionView(ResponseModel):
    """A version: immutable. `number` counts from 1; `restoredFrom` is the number of the one that it repeats.

    `faults` are the messages in a row that fell back to the house text; the third one unpublishes. `writtenBy` and
    `publishedBy` are `user:...` or `key:...`.
    """

    id: UUID
    number: int
    kind: Kind
    wording: WordingView | None
    source: str | None
    ai_lines: bool
    restored_from: int | None
    written_by: str
    written_via: str
    created_at: dt.datetime
    published_at: dt.datetime | None
    published_by: str | None
    unpublished_at: dt.datetime | None
    unpublished_by: str | None
    unpublished_why: UnpublishedWhy | None
    faults: int

    @classmethod
    def of(cls, version: TemplateVersion) -> TemplateVersionView:
        """The answer about a version."""
        content, wording = version.content, version.content.kind == "wording"
        return cls(
            id=version.id, number=version.number, kind=content.kind,
            wording=WordingView(**content.wording) if wording else None,
            source=None if wording else content.source, ai_lines=content.ai_lines,
            restored_from=version.restored_from, written_by=version.written_by, written_via=version.written_via,
            created_at=version.created_at, published_at=version.published_at, published_by=version.published_by,
            unpublished_at=version.unpublished_at, unpublished_by=version.unpublished_by,
            unpublished_why=version.unpublished_why, faults=version.faults,
        )  # fmt: skip


class TemplateFaultView(ResponseModel):
    """Something that keeps words from being saved or published, or (`hint`) does not. `words` are Portuguese.

    `line` is of the source or of the wording's `field`, `node` what the grammar does not have, `factSet` the facts that
    show it.
    """

    code: str
    words: str
    line: int | None
    field: str | None
    node: str | None
    fact_set: str | None
    hint: bool

    @classmethod
    def of(cls, fault: WordsFault) -> TemplateFaultView:
        """The answer about a fault."""
        return cls(
            code=fault.code, words=fault.words, line=fault.line, field=fault.field, node=fault.node,
            fact_set=fault.fact_set, hint=fault.hint,
        )  # fmt: skip


class SavedTemplate(ResponseModel):
    """The saved version, and what still keeps it from being published; nothing was published."""

    version: TemplateVersionView
    faults: list[TemplateFaultView]


class TemplatePreview(ResponseModel):
    """How the message would look, as text; null where it cannot be written. Nothing was saved or sent.

    `milliseconds` of CPU its rendering took; `slow` where that is more than 50.
    """

    text: str | None
    faults: list[TemplateFaultView]
    milliseconds: float
    slow: bool

    @classmethod
    def of(cls, look: TemplateLook) -> TemplatePreview:
        """The answer about a look."""
        faults = [TemplateFaultView.of(each) for each in (*look.faults, *look.hints)]
        return cls(text=look.text, faults=faults, milliseconds=round(look.milliseconds, 3), slow=look.slow)


class TemplateFieldView(ResponseModel):
    """A field of a list's lines."""

    name: str
    kind: str
    meaning: str
    example: str


class TemplateNameView(ResponseModel):
    """A name that words may use. A `figure` has to be stated; `fields` are those of a list's lines, `item` is what the
    house's loop over it calls a line. `meaning` is Portuguese."""

    name: str
    kind: str
    meaning: str
    example: str
    figure: bool
    item: str | None = None
    fields: list[TemplateFieldView]


class WordingFieldView(ResponseModel):
    """A field of a wording: what the house says there, which names it may use, whether it may have several lines."""

    name: str
    label: str
    house: str
    names: list[str]
    lines: bool


class FactSetView(ResponseModel):
    """A set of facts on which words are checked; `label` is Portuguese."""

    key: str
    label: str


class TemplateFallbackView(ResponseModel):
    """A message that went out as the house text because the published version (its number) failed, and why."""

    message_id: UUID
    at: dt.datetime
    reason: str
    version: int | None

    @classmethod
    def of(cls, fallback: TemplateFallback) -> TemplateFallbackView:
        """The answer about a fallback."""
        return cls(message_id=fallback.message_id, at=fallback.at, reason=fallback.reason, version=fallback.version)


class TemplateView(ResponseModel):
    """The words of a message type. `published` goes out, null: the house text. `newest` is what was written last.

    `history` is newest first; `nextBefore` is the `before` of its next page, null on the last one.
    """

    type: TemplateType
    published: TemplateVersionView | None
    newest: TemplateVersionView | None
    fields: list[WordingFieldView]
    names: list[TemplateNameView]
    house_source: str
    fact_sets: list[FactSetView]
    history: list[TemplateVersionView]
    next_before: int | None
    fallbacks: list[TemplateFallbackView]
