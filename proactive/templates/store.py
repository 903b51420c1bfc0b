"""The versions in Supabase: saved, published, unpublished, restored, and what fell back to the house text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

# other rooms take it from here as well
from proactive.model.author import Author
from proactive.storage.answers import row, rows
from proactive.storage.supabase import Database
from proactive.templates.version import TemplateContent, TemplateVersion


@dataclass(frozen=True, slots=True)
class TemplateStanding:
    """How a message type stands in an organisation: the newest version, and the one that goes out; None without."""

    newest: TemplateVersion | None = None
    published: TemplateVersion | None = None


@dataclass(frozen=True, slots=True)
class TemplateFallback:
    """A message that went out as the house text because the published version failed; `reason` is English.

    `version` is its number, None where it is not known any more; `at` is aware.
    """

    message_id: UUID
    at: dt.datetime
    reason: str
    version: int | None


class TemplateStore:
    """Keeps and reads versions. Every method raises SupabaseError where Supabase is away; then nothing was changed.

    What changes something is written with its row in the log of changes, in one transaction; `now` is aware.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(
        self, organization: UUID, type_: str, content: TemplateContent, author: Author, now: dt.datetime
    ) -> TemplateVersion:
        """Save a version, whatever it says; the newest one where that says the same. Nothing is published."""
        arguments = _by(organization, type_, author, now) | {"p_content": content.as_json()}
        return self._database.call("aurora_proactive_save_template", arguments, TemplateVersion.of_row)

    def publish(
        self, organization: UUID, type_: str, version: UUID, author: Author, now: dt.datetime
    ) -> TemplateVersion | None:
        """Publish a version that was checked, in place of the published one; None where there is no such version.

        One that was published before becomes a new version: the history keeps when each went out.
        """
        arguments = _by(organization, type_, author, now) | {"p_template": str(version)}
        return self._database.call("aurora_proactive_publish_template", arguments, _optional)

    def restore(
        self, organization: UUID, type_: str, version: UUID, author: Author, now: dt.datetime
    ) -> TemplateVersion | None:
        """Save a new version that says what an old one says; None where there is no such version."""
        arguments = _by(organization, type_, author, now) | {"p_template": str(version)}
        return self._database.call("aurora_proactive_restore_template", arguments, _optional)

    def unpublish(self, organization: UUID, type_: str, author: Author, now: dt.datetime) -> TemplateVersion | None:
        """Go back to the house text; the version that was published, None where none was."""
        arguments = _by(organization, type_, author, now)
        return self._database.call("aurora_proactive_unpublish_template", arguments, _optional)

    def version(self, organization: UUID, type_: str, version: UUID) -> TemplateVersion | None:
        """A version; None where the organisation and type have no such one."""
        arguments = _of(organization, type_) | {"p_template": str(version)}
        return self._database.call("aurora_proactive_template", arguments, _optional)

    def history(self, organization: UUID, type_: str, before: int | None, limit: int) -> list[TemplateVersion]:
        """At most `limit` (100) versions below the number `before`, newest first."""
        arguments = _of(organization, type_) | {"p_before": before, "p_limit": limit}
        return self._database.call("aurora_proactive_template_history", arguments, _versions)

    def standings(self, organization: UUID) -> dict[str, TemplateStanding]:
        """How each type stands of which the organisation has a version."""
        arguments = {"p_organization": str(organization)}
        return self._database.call("aurora_proactive_templates_of", arguments, _standings)

    def fallbacks(self, organization: UUID, type_: str, limit: int) -> list[TemplateFallback]:
        """At most `limit` (100) messages that fell back to the house text, newest first."""
        arguments = _of(organization, type_) | {"p_limit": limit}
        return self._database.call("aurora_proactive_template_fallbacks", arguments, _fallbacks)


def _of(organization: UUID, type_: str) -> dict[str, Any]:
    return {"p_organization": str(organization), "p_type": type_}


def _by(organization: UUID, type_: str, author: Author, now: dt.datetime) -> dict[str, Any]:
    return _of(organization, type_) | {"p_by": author.by, "p_via": author.via, "p_now": now.isoformat()}


def _optional(answer: Any) -> TemplateVersion | None:
    return None if answer is None else TemplateVersion.of_row(answer)


def _versions(answer: Any) -> list[TemplateVersion]:
    return [TemplateVersion.of_row(each) for each in rows(answer)]


def _standings(answer: Any) -> dict[str, TemplateStanding]:
    return {name: _standing(row(each)) for name, each in row(answer).items()}


def _standing(found: Mapping[str, Any]) -> TemplateStanding:
    return TemplateStanding(_optional(found["newest"]), _optional(found["published"]))


def _fallbacks(answer: Any) -> list[TemplateFallback]:
    return [
        TemplateFallback(
            UUID(each["message_id"]), dt.datetime.fromisoformat(each["created_at"]), str(each["reason"] or ""),
            each["version"],
        )
        for each in rows(answer)
    ]  # fmt: skip
