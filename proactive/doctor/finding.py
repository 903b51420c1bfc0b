"""A finding of the doctor: what a check found, in English for terminals and in Portuguese for pages, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from proactive.doctor.words import WORDS


class CheckState(StrEnum):
    """How a check ended; only `failed` keeps messages from going out, and `skipped` could not be looked at."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    `check` is its name (`redis_persistence`), `code` the whole code of what was found (`redis_persistence.off`), which
    is stable. `sentence` and `advice` (what an operator does; empty where nothing is to be done) are English, `label`
    and `label_advice` the same in Portuguese. None of them holds a key, a number or an address with a password.
    """

    check: str
    code: str
    state: CheckState
    sentence: str
    advice: str
    label: str
    label_advice: str

    def as_json(self) -> dict[str, str]:
        """The finding as `aurora doctor --json` prints it."""
        return {
            "check": self.check, "code": self.code, "state": self.state.value,
            "sentence": self.sentence, "advice": self.advice,
        }  # fmt: skip


def finding(code: str, **values: object) -> Finding:
    """The finding of a code of `WORDS`, whose words have `values` in their places.

    Raises:
        KeyError: there is no such code, or a value of its words is missing.
    """
    words = WORDS[code]
    told = {name: str(value) for name, value in values.items()}
    sentence, advice, label, label_advice = (part.format(**told) for part in words[1:])
    return Finding(code.partition(".")[0], code, CheckState(words.state), sentence, advice, label, label_advice)
