"""Somebody writes: it is kept, and told to the webhook of the instance."""

from __future__ import annotations

import time

from sandbox.gateway.chat_store import ChatStore
from sandbox.gateway.incoming import NewReply
from sandbox.gateway.incoming_shapes import Written, events, record_of
from sandbox.gateway.records import SandboxInstance, SandboxReply
from sandbox.gateway.server_settings import SettingsHolder
from sandbox.gateway.store import Store
from sandbox.gateway.webhooks import Webhooks
from sandbox.gateway.whatsapp_ids import phone_message_id

#: Kinds that are about another message.
ABOUT_ANOTHER = frozenset({"reaction", "reaction_removed", "edit", "delete"})


class Writing:
    """Takes what people write."""

    def __init__(self, store: Store, chats: ChatStore, settings: SettingsHolder, webhooks: Webhooks) -> None:
        self._store, self._chats, self._settings, self._webhooks = store, chats, settings, webhooks

    def write(self, reply: NewReply, instance: SandboxInstance) -> SandboxReply:
        """Keep it and tell it, as of now or as long ago as it says."""
        settings = self._settings.now
        written = Written(
            reply=reply,
            id=phone_message_id(),
            at=time.time() - reply.seconds_ago,
            quoted=self._text_of(reply),
            instance_id=instance.id,
            addressing=settings.addressing,
            swaps_ids=settings.takes_message_id,
            row=self._chats.next_reply_id(),
        )
        kept = SandboxReply(
            id=written.row,
            instance=instance.name,
            number=reply.number,
            kind=reply.kind,
            text=reply.text,
            target=reply.target or reply.quote,
            from_me=reply.kind == "typed_on_the_phone",
            at=written.at,
            gateway_message_id=written.id,
            record=record_of(written),
        )
        self._chats.keep(kept)
        for event, data in events(written):
            self._webhooks.tell(instance.name, event, data)
        return kept

    def _text_of(self, reply: NewReply) -> str:
        """The text of the message that is quoted, empty where the sandbox does not know it."""
        quoted = self._store.messages(instance=reply.instance, gateway_message_id=reply.quote) if reply.quote else []
        return quoted[0].text if quoted else ""
