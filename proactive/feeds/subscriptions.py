"""Subscribing to feeds: what the page and the API do for a business, with the same checks."""

from __future__ import annotations

import datetime as dt
from typing import Literal, get_args
from uuid import UUID

from proactive.errors import InvalidInput
from proactive.feeds.address import UnusableAddress, feed_address
from proactive.feeds.store import FeedStore
from proactive.feeds.vault import Vault
from proactive.feeds.words import REFUSALS
from proactive.model.author import Author
from proactive.storage.answers import Row

Purpose = Literal["closures", "busy"]
LONGEST_LABEL = 40


class FeedRefused(InvalidInput):
    """A feed is not added: `code` and `words` (Portuguese) say why, `field` what of it (None: nothing of it)."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the feed is not added ({code})")
        self.code, self.words = code, REFUSALS[code]
        self.field = "address" if code.startswith("address_") else code if code in ("purpose", "label") else None


class Subscriptions:
    """The feeds of organisations. Every method raises SupabaseError where Supabase is away; moments are aware."""

    def __init__(self, store: FeedStore, vault: Vault) -> None:
        self._store, self._vault = store, vault

    @property
    def possible(self) -> bool:
        """Whether feeds can be added and read here at all: the installation has a key (CALENDAR_KEY)."""
        return bool(self._vault)

    def of(self, organization: UUID, now: dt.datetime) -> list[Row]:
        """The feeds of an organisation, oldest first: columns of `aurora_proactive_feeds` that are no secret, and
        whether it is read just now (`reading`), was last read well over 24 hours ago (`old`), and whether it came
        empty once and is not believed yet (`unconfirmed`).
        """
        return self._store.of(organization, now)

    def add(
        self, organization: UUID, address: str, purpose: str, label: str | None, author: Author, now: dt.datetime
    ) -> UUID:
        """Subscribe an organisation to a feed, which is read within a minute; its id.

        Raises:
            FeedRefused: there is no key, the address is not usable, it is known, or there are three already.
        """
        if not self.possible:
            raise FeedRefused("no_key")
        if purpose not in get_args(Purpose):
            raise FeedRefused("purpose")
        label = " ".join((label or "").split()) or None
        if label is not None and (len(label) > LONGEST_LABEL or not label.isprintable()):
            raise FeedRefused("label")
        try:
            usable = feed_address(address)
        except UnusableAddress as error:
            raise FeedRefused(error.code) from None
        feed = {"purpose": purpose, "label": label, "host": usable.host} | self._vault.seal(usable)._asdict()
        answer = self._store.add(organization, feed, self._vault.digests(usable), author.by, author.via, now)
        if "refused" in answer:
            raise FeedRefused(answer["refused"])
        return UUID(answer["id"])

    def remove(self, organization: UUID, feed: UUID, author: Author) -> bool:
        """Remove a feed with everything that was read of it; whether the organisation had it."""
        return self._store.remove(organization, feed, author.by, author.via)
