"""How the sandbox's Evolution server is set up: its version, what it keeps, how long things take."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Seconds = float
_LONGEST = 3600


class ServerSettings(BaseModel):
    """The settings; every time is in seconds.

    - `version`: 2.3.7, or 2.4 and later, which honour the body's `messageId` (`honours_message_id` overrules).
    - `keeps_messages`: DATABASE_SAVE_DATA_NEW_MESSAGE. False: look-ups find nothing and no receipts come.
    - `keeps_updates`: DATABASE_SAVE_MESSAGE_UPDATE. False: look-ups find no receipts, webhooks still tell them.
    - `answers_after`: how long sending takes; a real server takes about 0.8.
    - `fetches_links_for`: how long a text with an https link takes more, unless it says `"linkPreview": false`.
    - `server_ack_after`, `delivered_after`, `read_after`: since acceptance; None is never.
    - `addressing`: under which id messages are kept and replies come: the number (`pn`), `lid_with_alt`,
      `lid_without_alt`.
    - `integration`: `EVOLUTION` keeps bare digits as `remoteJid` and knows no receipts.
    - `edits_by_number`: edits and deletions have a number for their type, as some versions tell them;
      `edits_say_deleted`: an edit's `messages.update` has the status `DELETED`.
    - Webhooks: `webhook_late` is how long each is held back, `webhook_twice` tells each twice, `webhook_order`
      tells what was held back together (`webhook_late` is then at least a tenth) the other way round (`reversed`)
      or in one body (`batched`), `webhook_retry_after` is the first wait after a failed try, doubled up to 300.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str = Field(default="2.3.7", pattern=r"^\d+\.\d+\.\d+[\w.-]*$")
    honours_message_id: bool | None = None
    keeps_messages: bool = True
    keeps_updates: bool = True
    answers_after: Seconds = Field(default=0, ge=0, le=_LONGEST)
    fetches_links_for: Seconds = Field(default=0, ge=0, le=_LONGEST)
    server_ack_after: Seconds | None = Field(default=0.05, ge=0, le=_LONGEST)
    delivered_after: Seconds | None = Field(default=0.2, ge=0, le=_LONGEST)
    read_after: Seconds | None = Field(default=None, ge=0, le=_LONGEST)
    addressing: Literal["pn", "lid_with_alt", "lid_without_alt"] = "pn"
    integration: Literal["WHATSAPP-BAILEYS", "EVOLUTION"] = "WHATSAPP-BAILEYS"
    edits_by_number: bool = False
    edits_say_deleted: bool = False
    webhook_late: Seconds = Field(default=0, ge=0, le=_LONGEST)
    webhook_twice: bool = False
    webhook_order: Literal["as_it_comes", "reversed", "batched"] = "as_it_comes"
    webhook_retry_after: Seconds = Field(default=5, ge=0, le=_LONGEST)

    @property
    def takes_message_id(self) -> bool:
        """Whether the id in a request to send becomes the message's own."""
        if self.honours_message_id is not None:
            return self.honours_message_id
        major, minor = self.version.split(".")[:2]
        return (int(major), int(minor)) >= (2, 4)


class SettingsHolder:
    """The settings in force; forgotten when the sandbox stops."""

    def __init__(self, usual: ServerSettings | None = None) -> None:
        self._usual = usual or ServerSettings()
        self.now = self._usual

    def change(self, changes: dict[str, Any]) -> ServerSettings:
        """Change what is named.

        Raises:
            pydantic.ValidationError: no such setting, or no such value.
        """
        self.now = ServerSettings.model_validate(self.now.model_dump() | changes)
        return self.now

    def reset(self) -> None:
        """Back to how it was at the start."""
        self.now = self._usual
