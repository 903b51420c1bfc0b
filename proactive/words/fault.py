"""A fault of a business's words: what is wrong, where, and with which facts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordsFault:
    """A fault. `code` is English, in snake_case, for records and logs; `words` are Portuguese, for the page.

    `line` counts from 1 in the template, or in the wording's `field`; None where no line is to blame. `node` is what
    stands there, as the grammar calls it (`Call`, `set`). `fact_set` is the key of the facts that show the fault; None
    where it holds for any. A `hint` never refuses.
    """

    code: str
    words: str
    line: int | None = None
    node: str | None = None
    field: str | None = None
    fact_set: str | None = None
    hint: bool = False


def refusing(faults: list[WordsFault]) -> list[WordsFault]:
    """The faults that refuse."""
    return [fault for fault in faults if not fault.hint]
