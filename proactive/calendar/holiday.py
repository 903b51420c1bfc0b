"""A holiday: a day somewhere in Brazil, by which law, and who looked."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["holiday", "optional"]
#: The scope of what holds everywhere; others are a state (UF) or a municipality (IBGE code).
NATIONAL = "national"
STATES = (
    "AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA", "PB", "PE", "PI", "PR", "RJ",
    "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday of one day and scope.

    `kind` is `holiday`, which closes, or `optional` (ponto facultativo), which only makes the day doubtful.
    `checked_on` is when somebody compared it with its decree; None is shown as "a confirmar".
    """

    day: dt.date
    scope: str
    name: str
    kind: Kind
    law: str | None
    source: str
    checked_on: dt.date | None = None

    @property
    def slug(self) -> str:
        """The name as a key: the same every year and in every scope (`corpus-christi`)."""
        return slug_of(self.name)

    def as_row(self) -> dict[str, Any]:
        """The holiday as its row of the database, JSON-ready."""
        return {
            "day": self.day.isoformat(), "scope": self.scope, "slug": self.slug, "name": self.name, "kind": self.kind,
            "law": self.law, "source": self.source,
            "checked_on": self.checked_on.isoformat() if self.checked_on else None,
        }  # fmt: skip


def slug_of(name: str) -> str:
    """A name in small letters without accents, words joined by hyphens: `sexta-feira-santa`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))
