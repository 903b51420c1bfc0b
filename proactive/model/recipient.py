"""The recipient of a message: an owner of a business, or one of its clients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

RecipientKind = Literal["owner", "client"]
#: The field of jobs and rows that names a recipient, by kind.
RECIPIENT_FIELDS: dict[RecipientKind, str] = {"owner": "owner_number_id", "client": "client_id"}


@dataclass(frozen=True, slots=True)
class Recipient:
    """A recipient, by its row: in `owner_numbers` for an owner, among a campaign's recipients for a client."""

    kind: RecipientKind
    id: UUID

    @classmethod
    def owner(cls, id: UUID) -> Recipient:
        """The owner whose row in `owner_numbers` has that id."""
        return cls("owner", id)

    @classmethod
    def client(cls, id: UUID) -> Recipient:
        """The client whose row among a campaign's recipients has that id."""
        return cls("client", id)

    @property
    def key(self) -> str:
        """The recipient's part of an occurrence's id: the bare id of an owner, so that no past id changes."""
        return str(self.id) if self.kind == "owner" else f"{self.kind}:{self.id}"

    @property
    def field(self) -> str:
        """The field that holds the id in a job's data and in a record's row: `owner_number_id`, `client_id`."""
        return RECIPIENT_FIELDS[self.kind]
