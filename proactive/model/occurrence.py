"""The identity of one intended sending."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID, uuid5

from proactive.model.recipient import Recipient

#: Namespace of the UUIDv5 of an occurrence. Changing it would make every past occurrence due again.
OCCURRENCE_NAMESPACE = UUID("6f0c5a52-2b0e-5a8e-9d57-6a1f3c1d9b10")


@lru_cache(maxsize=256)
def _id(recipient: str, type_: str, key: str) -> UUID:
    return uuid5(OCCURRENCE_NAMESPACE, f"{recipient}:{type_}:{key}")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An intended sending: (recipient, type, local date), or (recipient, type, campaign id).

    `type` is a message type's name. `key` is the ISO local date of the organisation, or the campaign's id. Equal
    occurrences have equal ids, whatever happens to jobs and workers: that is what makes a second sending impossible.
    """

    organization_id: UUID
    recipient: Recipient
    type: str
    key: str

    @property
    def id(self) -> UUID:
        """The primary key of its record: the UUIDv5 of recipient, type and key.

        A client's row is made for one campaign, and is the record itself.
        """
        if self.recipient.kind == "client":
            return self.recipient.id
        return _id(self.recipient.key, self.type, self.key)
