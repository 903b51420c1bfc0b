"""Write the table of failure reasons into docs/operations.md: python -m sandbox.documents"""

from __future__ import annotations

from pathlib import Path

from proactive.model.failure_reasons import FailureReason
from proactive.model.failure_words import WORDS

OPERATIONS = Path(__file__).parent.parent / "docs" / "operations.md"
_BEGIN, _END = "<!-- failure reasons: begin -->\n", "<!-- failure reasons: end -->\n"
_HEAD = ("code", "`error_message`", "on the page", "and what the page says to do")


def with_reasons(document: str) -> str:
    """The document with the table of every failure reason between its two marks.

    Raises:
        ValueError: a mark is missing.
    """
    before, begin, rest = document.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        raise ValueError(f"the document lacks {_BEGIN.strip()} or {_END.strip()}")
    return before + begin + _table() + end + after


def _table() -> str:
    """Every code with its English words, its Portuguese words and the advice, in the order of the codes."""
    rows = [(f"`{reason}`", *WORDS[reason]) for reason in FailureReason]
    return "".join(f"| {' | '.join(row)} |\n" for row in (_HEAD, ("---",) * len(_HEAD), *rows))


if __name__ == "__main__":
    OPERATIONS.write_text(with_reasons(OPERATIONS.read_text("utf-8")), "utf-8")
