"""Somebody writes: it is kept, and told to the webhook of the instance as soon as that is connected."""

from __future__ import annotations

import time
from typing import Any

from sandbox.gateway.chat_store import ChatStore
from sandbox.gateway.content_shapes import About, Written
from sandbox.gateway.incoming import OUR_SIDE, NewReply
from sandbox.gateway.incoming_shapes import events, record_of
from sandbox.gateway.people import People
from sandbox.gateway.records import SandboxInstance, SandboxReply
from sandbox.gateway.server_settings import SettingsHolder
from sandbox.gateway.store import Store
from sandbox.gateway.webhooks import Webhooks
from sandbox.gateway.whatsapp_ids import phone_message_id, web_message_id

#: Kinds that are about another message.
ABOUT_ANOTHER = frozenset({"reaction", "reaction_removed", "edit", "delete"})

Told = tuple[str, dict[str, Any]]


class Writing:
    """Takes what people write.

    What they write while the instance is not connected waits at WhatsApp, and is told with its old time once it is.
    """

    def __init__(
        self, store: Store, chats: ChatStore, people: People, settings: SettingsHolder, webhooks: Webhooks
    ) -> None:
        self._store, self._chats, self._people = store, chats, people
        self._settings, self._webhooks = settings, webhooks
        self._waiting: dict[str, list[Told]] = {}

    def write(self, reply: NewReply, instance: SandboxInstance) -> SandboxReply:
        """Keep it and tell it, as of now or as long ago as it says."""
        settings = self._settings.now
        written = Written(
            reply=reply,
            id=web_message_id() if reply.kind == "bot" else phone_message_id(),
            at=time.time() - reply.seconds_ago,
            about=self._about(reply),
            instance=instance,
            addressing=reply.addressing or settings.addressing,
            swaps_ids=settings.takes_message_id,
            row=self._chats.next_reply_id(),
            name=self._people.name_of(instance.name, reply.number) or "Cliente",
            numbers=settings.edits_by_number,
            deleted_too=settings.edits_say_deleted,
        )
        kept = SandboxReply(
            id=written.row,
            instance=instance.name,
            number=reply.number,
            kind=reply.kind,
            text=reply.text,
            target=reply.target or reply.quote,
            from_me=reply.kind in OUR_SIDE,
            at=written.at,
            gateway_message_id=written.id,
            record=record_of(written),
        )
        self._chats.keep(kept)
        self._told(instance, events(written))
        return kept

    def connected(self, name: str) -> None:
        """Tell what was written to an instance while it was away."""
        for event, data in self._waiting.pop(name, []):
            self._webhooks.tell(name, event, data)

    def forget(self) -> None:
        """Tell nothing of what waits."""
        self._waiting.clear()

    def _told(self, instance: SandboxInstance, told: list[Told]) -> None:
        if instance.state != "open":
            self._waiting.setdefault(instance.name, []).extend(told)
            return
        for event, data in told:
            self._webhooks.tell(instance.name, event, data)

    def _about(self, reply: NewReply) -> About:
        """What the sandbox knows of the message that it is about."""
        wanted = reply.target or reply.quote
        if not wanted:
            return About()
        if sent := self._store.messages(instance=reply.instance, gateway_message_id=wanted):
            return About(sent[0].text)
        if written := self._chats.replies(instance=reply.instance, gateway_message_id=wanted):
            return About(written[0].text, written[0].from_me)
        return About()
