"""The form of a business's own words, as somebody left it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from proactive.templates.version import Kind, TemplateContent
from proactive.web.pages.template_labels import FORM_FIELDS
from proactive.words.registry import VOCABULARIES

#: Longer than any text that can be published; longer ones are not kept.
LONGEST = 20_000


class TextTooLong(ValueError):
    """A text of the form is longer than any that is kept."""


@dataclass(frozen=True, slots=True)
class TemplateForm:
    """The fields of a form: of a wording each field by its name, of a template its text.

    `fact_set` is the key of the facts that it is looked at with; empty means the business's own of now.
    """

    kind: Kind = "wording"
    wording: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    ai_lines: bool = False
    fact_set: str = ""

    @classmethod
    def of(cls, type_: str, fields: Mapping[str, str]) -> TemplateForm:
        """The form that a browser sent. Raises TextTooLong."""
        wording = {each.name: _clean(fields.get(FORM_FIELDS[each.name], "")) for each in VOCABULARIES[type_].wording}
        source = fields.get("texto", "").replace("\r\n", "\n")
        if max(map(len, (source, *wording.values()))) > LONGEST:
            raise TextTooLong("a text of the form is too long")
        kind: Kind = "template" if fields.get("modo") == "texto" else "wording"
        return cls(kind, wording, source, fields.get("ia") == "sim", fields.get("conjunto", ""))

    @classmethod
    def of_content(cls, content: TemplateContent) -> TemplateForm:
        """The form of a version."""
        return cls(content.kind, dict(content.wording), content.source, content.ai_lines)

    @property
    def content(self) -> TemplateContent:
        """What the form says."""
        if self.kind == "template":
            return TemplateContent.of_source(self.source, ai_lines=self.ai_lines)
        return TemplateContent.of_fields(self.wording, ai_lines=self.ai_lines)

    @property
    def empty(self) -> bool:
        """Whether it says nothing of its own."""
        return not (self.source.strip() if self.kind == "template" else any(self.wording.values()))


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
