"""Holding back: some of those who would receive a campaign are left out by chance, to tell what it brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from proactive.model.chance import SMALLEST_AUDIENCE, assigned

#: Why somebody is left out; the last of all reasons.
HELD_BACK = "held_back"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Holdout:
    """By what an audience is split: `share` is written to, but for `recent`, the clients who were left out lately.

    `m` is the share of clients that is expected to book, `worth` what a booking is worth on average, in reais; both of
    what was known before.
    """

    share: float
    recent: frozenset[UUID]
    m: float
    worth: float

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Holdout:
        """What the database answers."""
        return cls(float(row["share"]), frozenset(map(UUID, row["recent"])), float(row["m"]), float(row["worth"]))

    def split(self, campaign: UUID, recipients: Sequence[Row]) -> tuple[list[Row], list[Row]]:
        """Those who are written to, and the units by which the effect is measured, held back or not.

        `recipients` are rows of recipients, in their order. Who was left out lately is written to and is no unit.
        """
        if len(recipients) < SMALLEST_AUDIENCE:
            return list(recipients), []
        written, people = list[Row](), list[Row]()
        for row in recipients:
            clients = {UUID(row["contact_id"]), *map(UUID, row["other_contacts"])}
            unit = not clients & self.recent
            one = not unit or assigned(campaign, row["id"], self.share)
            if one:
                written.append(row | {"position": len(written)})
            if unit:
                people.append(self._unit(row, one=one))
        return written, people

    def _unit(self, row: Row, *, one: bool) -> Row:
        return {
            "recipient_id": row["id"], "contact_id": row["contact_id"], "other_contacts": row["other_contacts"],
            "arm": "written" if one else HELD_BACK, "p": self.share, "m": self.m, "worth": self.worth,
        }  # fmt: skip
