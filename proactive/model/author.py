"""The author of a change: who made it, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Via = Literal["page", "api", "whatsapp", "cli"]
VIAS: tuple[Via, ...] = ("page", "api", "whatsapp", "cli")


@dataclass(frozen=True, slots=True)
class Author:
    """Who made a change: `by` is `user:<id of the session's user>`, `key:<name of the service key>`,
    `owner:<owner_number_id>` by WhatsApp, or `cli:<account of the machine>`."""

    by: str
    via: Via

    @classmethod
    def owner(cls, owner: UUID) -> Author:
        """The owner who wrote it on WhatsApp."""
        return cls(f"owner:{owner}", "whatsapp")


def signed(author: Author | None) -> dict[str, str]:
    """The arguments with which a database function writes down who made a change; none where nobody did."""
    return {} if author is None else {"p_by": author.by, "p_via": author.via}
