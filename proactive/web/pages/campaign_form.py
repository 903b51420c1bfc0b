"""The form of a campaign that is made or changed by hand: what somebody wrote, as a draft or a change of one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID, uuid4

from proactive.campaigns.drafts import AudienceName, CampaignDraft, DraftChange, UnusableDraft
from proactive.model.zones import zone_info
from proactive.text.sanitize import clean_text
from proactive.web.pages.campaign_labels import AUDIENCES

#: Characters of a campaign's name.
LONGEST_NAME = 60
_FIRST = re.compile(r"[1-9]\d{0,4}")


class UnreadableField(ValueError):
    """A field of the form that cannot be understood; the words say which, in Portuguese."""


@dataclass(frozen=True, slots=True)
class CampaignForm:
    """The fields as somebody left them; `zone` is the organisation's. Empty ones are empty texts."""

    zone: str
    name: str = ""
    text: str = ""
    audience: str = "inactive"
    first: str = ""
    day: str = ""
    hour: str = ""
    key: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, str], zone: str) -> CampaignForm:
        """The form that a browser sent."""
        get = {name: fields.get(field, "").strip() for name, field in _FIELDS.items()}
        text = fields.get("texto", "").replace("\r\n", "\n").strip()
        return cls(zone, **(get | {"audience": get["audience"] or "inactive", "text": text}))

    @classmethod
    def empty(cls, zone: str) -> CampaignForm:
        """A form that nobody has touched; its key makes a second click the same campaign."""
        return cls(zone, key=str(uuid4()))

    @classmethod
    def of_campaign(cls, row: Mapping[str, Any], now: dt.datetime) -> CampaignForm:
        """The form of a campaign that is there; a start that is still to come stands in it."""
        zone = row["timezone"]
        starts = dt.datetime.fromisoformat(row["starts_at"]).astimezone(zone_info(zone)) if row["starts_at"] else None
        form = cls(zone, text=row["text"] or "", audience="")
        if starts is None or starts <= now + dt.timedelta(minutes=10):
            return form
        return replace(form, day=starts.date().isoformat(), hour=f"{starts:%H:%M}")

    def draft(self, *, named: bool = True) -> CampaignDraft:
        """The draft of a new campaign; where it is only looked at (not `named`) it needs no name.

        Raises:
            UnreadableField, UnusableDraft: something of it cannot be understood, or not be used.
        """
        name = " ".join((clean_text(self.name) or "").split())
        if named and not 3 <= len(name) <= LONGEST_NAME:
            raise UnreadableField(f"O nome da campanha tem de 3 a {LONGEST_NAME} letras.")
        return CampaignDraft(
            name=name, text=self.text, audience=self._audience() or "inactive", starts_at=self._starts_at(),
            first=self._first(), key=self._key(),
        )  # fmt: skip

    def change(self) -> DraftChange:
        """The change of a campaign that is there; no day means as soon as it may. Raises like `draft`."""
        starts = self._starts_at()
        return DraftChange(text=self.text, starts_at=starts, at_once=starts is None, first=self._first())

    def _audience(self) -> AudienceName | None:
        if self.audience and self.audience not in AUDIENCES:
            raise UnreadableField("Escolha quem recebe.")
        return cast("AudienceName | None", self.audience or None)

    def _first(self) -> int | None:
        if self.first and not _FIRST.fullmatch(self.first):
            raise UnreadableField("“Só os primeiros” é um número, como 20; vazio são todos.")
        return int(self.first) if self.first else None

    def _starts_at(self) -> dt.datetime | None:
        if not self.day and not self.hour:
            return None
        try:
            day, hour = dt.date.fromisoformat(self.day), dt.time.fromisoformat(self.hour or "09:00")
            if not 2000 <= day.year < 2100 or hour.tzinfo is not None:
                raise ValueError
        except ValueError:
            raise UnreadableField("O início tem um dia, e um horário como 09:00.") from None
        return dt.datetime.combine(day, hour, zone_info(self.zone))

    def _key(self) -> UUID:
        try:
            return UUID(self.key)
        except ValueError:
            return uuid4()


_FIELDS = {
    "name": "nome", "audience": "publico", "first": "primeiros", "day": "dia", "hour": "hora", "key": "chave",
}  # fmt: skip


def words_of(error: UnreadableField | UnusableDraft) -> str:
    """What is wrong with a form, in Portuguese."""
    return error.words if isinstance(error, UnusableDraft) else str(error)
