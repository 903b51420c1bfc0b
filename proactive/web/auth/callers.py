"""Callers, and the one place that decides which organisations they may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from proactive.model.author import Author
from proactive.web.problems import Problem


@dataclass(frozen=True, slots=True)
class Caller:
    """A service (sees everything) or a signed-in user (sees one organisation, which a user always has).

    `id` names it for limits and logs: never the key, never a person's data. `owner` is the owner's id that the
    session names, None where it names none.
    """

    kind: Literal["service", "user"]
    id: str
    organization: UUID | None = None
    owner: UUID | None = None

    def author(self, via: Literal["page", "api"]) -> Author:
        """Who the log of changes says did what this caller does."""
        return Author(self.id, via)

    def sees(self, organization: UUID | str | None) -> bool:
        """Whether what belongs to an organisation (None: to none of them) may be shown to this caller."""
        return self.kind == "service" or (organization is not None and str(organization) == str(self.organization))

    def confined(self, named: UUID | None) -> UUID | None:
        """The organisation that a request is about: the one that it names, for a user always the own one.

        Raises:
            Problem: 403, a user names another organisation.
        """
        if self.kind == "service":
            return named
        if named is not None and named != self.organization:
            raise Problem(403, "A session acts for its own organisation only: leave organizationId out.")
        return self.organization


def user_of(claims: dict[str, Any]) -> Caller:
    """The user of verified claims. Only `app_metadata` counts: users can write their `user_metadata`.

    Raises:
        Problem: 403, the session belongs to no organisation.
    """
    metadata = claims.get("app_metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    organization = _uuid(metadata.get("organization_id"))
    if organization is None:
        raise Problem(403, "This session belongs to no organisation: its app_metadata.organization_id must name one.")
    owner = _uuid(metadata.get("owner_number_id"))
    if owner is None and metadata.get("owner_number_id") is not None:
        raise Problem(403, "This session's app_metadata.owner_number_id is not an owner's id.")
    return Caller("user", f"user:{claims.get('sub') or organization}"[:100], organization, owner)


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
