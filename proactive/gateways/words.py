"""The words of a gateway, made harmless: what it says reaches logs, records and pages, and may hold anything."""

from __future__ import annotations

import re

#: The longest part of a gateway's own words that a reason repeats, and that is looked at for it.
_SHOWN = 160
_READ = 4000
#: A line of the message shorter than this may occur in a gateway's words by chance.
_TELLING = 4
_HIDDEN = "no reason that can be shown"
#: Names that a gateway may repeat: the fields of our own requests.
_OURS = frozenset({"instance", "number", "text", "linkPreview", "messageId", "where", "key", "offset", "page"})

_QUOTED = re.compile(r"`[^`]*`|\"([^\"]*)\"|(?<!\w)'([^']*)'")
#: What must not be repeated, in the order in which it is looked for, and what stands in its place.
_REPLACED = (
    (re.compile(r"[\w.+-]+://\S+|\S+@\S+"), "[address]"),
    (re.compile(r"(?i)\b(api[-_ ]?key|token|secret|password|senha|authorization|bearer)\b[\s:=]*\S+"), r"\1 [key]"),
    (re.compile(r"(?<![\w/])(?:[A-Za-z]:)?(?:[\\/][\w.@~+$-]+)+[\\/]?(?::\d+)*"), "[path]"),
    (re.compile(r"\b[\w.-]+(?:/[\w.-]+)+\.\w+(?::\d+)*"), "[path]"),
    (re.compile(r"\b[\w.-]+\.(?:[cm]?[jt]sx?|py|go|rs|sql|prisma|node|json)\b(?::\d+)*"), "[path]"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b|\b[A-Za-z][\w.-]*:\d{2,5}\b"), "[address]"),
    (re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"), "[key]"),
    (re.compile(r"(?<![\w[])(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[A-Za-z0-9_+/=-]{16,}"), "[key]"),
    (re.compile(r"\+?\d(?:[\s()./-]*\d){5,}"), "[number]"),
    (re.compile(r"\b\w*_\w+\b|\b[A-Za-z]\w*(?:\.[A-Za-z]\w*)+\b"), "[name]"),
    (re.compile(r"\b((?i:table|relation|column|constraint|schema|role|user|model))\s+[A-Z]\w*"), r"\1 [name]"),
)


def harmless(words: str, text: str = "") -> str:
    """A gateway's words in one line, without addresses, paths, names of tables, keys and numbers.

    Nothing in it is unprintable or half a character, so that it can be stored anywhere. `text` is what we sent: words
    that repeat a line of it are not shown at all.
    """
    plain = " ".join("".join(c if c.isprintable() else " " for c in words[:_READ]).split())
    ours = (" ".join(line.split()) for line in text.splitlines())
    if not plain or any(len(line) >= _TELLING and line in plain for line in ours):
        return _HIDDEN
    plain = _QUOTED.sub(_quoted, plain)
    for pattern, instead in _REPLACED:
        plain = pattern.sub(instead, plain)
    return plain[:_SHOWN]


def printable_id(value: object, longest: int = 200) -> str:
    """A gateway's id as it can be stored: its printable ASCII characters; empty for what is no text."""
    if not isinstance(value, str):
        return ""
    return "".join(c for c in value[:longest] if " " < c < "\x7f")


def _quoted(found: re.Match[str]) -> str:
    name = found[1] or found[2]
    return found[0] if name in _OURS else "[name]"
