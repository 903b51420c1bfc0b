"""The rights of clients, by hand: opt-outs, block lists, consents, erasure. Each is one transaction of the database.

Whoever opts out while a campaign is being sent is halted first, then written down: from the halt on nobody begins, not
even the worker that has the recipient in its hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from proactive.campaigns.halts import Halts
from proactive.campaigns.reading import CampaignReading
from proactive.model.author import Author, signed
from proactive.storage.answers import Row, count, flag, row, rows, texts
from proactive.storage.supabase import Database

Via = Literal["page", "api"]


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows of campaigns were erased, and how many a worker has in its hand: these are erased later."""

    erased: int
    open: int


class People:
    """Keeps what people want. `by` is a user's id or the name of a key, `now` aware, `key` a number's (`match_key`).

    Every method raises SupabaseError where Supabase is away, those that stop somebody redis.RedisError where Redis is;
    asking again does nothing twice.
    """

    def __init__(self, database: Database, halts: Halts) -> None:
        self._database, self._halts = database, halts
        self._reading = CampaignReading(database)

    def opt_out(self, organization: UUID, key: str, via: Via, note: str | None, by: str, now: dt.datetime) -> UUID:
        """Keep that a number wants no campaigns; the opt-out's id. `note` says how the shop knows."""
        self._halt(organization, [key])
        evidence = {"rule": via} | ({"note": note} if note else {})
        arguments = {
            "p_organization": str(organization), "p_key": key, "p_source": via, "p_evidence": evidence, "p_by": by,
            "p_now": now.isoformat(),
        }  # fmt: skip
        answer = self._database.call("aurora_proactive_opt_out_by_hand", arguments, row)
        self._halt_others(answer)
        return UUID(answer["id"])

    def confirm(self, organization: UUID, opt_out: UUID, via: Via, by: str, now: dt.datetime) -> Row | None:
        """Make a probable opt-out a sure one (others stay); it as it stands, None where there is none."""
        found = self._reading.opt_out(organization, opt_out, now)
        if found is None or found["level"] != "probable":
            return found
        self._halt(organization, [found["key"]])
        change = {
            "organization_id": str(organization), "key": found["key"], "contact_id": found["contact_id"],
            "level": "sure", "source": via, "evidence": {"rule": via}, "since": found["since"], "recorded_by": by,
        }  # fmt: skip
        self._database.call("aurora_proactive_opt_out", {"p_change": change}, flag)
        return self._reading.opt_out(organization, opt_out, now)

    def end(self, organization: UUID, opt_out: UUID, via: Via, by: str, now: dt.datetime) -> bool:
        """End an opt-out, an entry of a block list, or a mourning; whether there was one. It is no consent."""
        found = self._reading.opt_out(organization, opt_out, now)
        if found is None:
            return False
        arguments = {
            "p_organization": str(organization), "p_key": found["key"], "p_source": via,
            "p_evidence": {"level": found["level"], "undone": True}, "p_recorded_by": by,
        }  # fmt: skip
        ended = self._database.call("aurora_proactive_opt_in", arguments, flag)
        self._release(organization, found["key"])
        return ended

    def import_block_list(
        self, organization: UUID, keys: Sequence[str], name: str, via: Via, by: str, now: dt.datetime
    ) -> int:  # fmt: skip
        """Keep the numbers of a block list, all of them or none; how many are new. `name` says which list it is."""
        self._halt(organization, keys, unless_consented=True)
        arguments = {
            "p_organization": str(organization), "p_keys": list(keys), "p_evidence": {"list": name}, "p_by": by,
            "p_now": now.isoformat(), "p_via": via,
        }  # fmt: skip
        answer = self._database.call("aurora_proactive_import_block_list", arguments, row)
        self._halt_others(answer)
        return int(answer["added"])

    def consent(self, organization: UUID, key: str, via: Via, evidence: str, by: str, now: dt.datetime) -> Row:
        """Log a consent that a client gave to this business; `evidence` says how. It ends an opt-out of its own."""
        arguments = {
            "p_organization": str(organization), "p_key": key, "p_basis": "consent", "p_source": via,
            "p_evidence": {"note": evidence}, "p_by": by, "p_now": now.isoformat(),
        }  # fmt: skip
        given = self._database.call("aurora_proactive_give_consent", arguments, row)
        self._release(organization, key)
        return given

    def consents(self, organization: UUID, key: str) -> list[Row]:
        """Every change of a number's consent and opt-outs, oldest first."""
        arguments = {"p_organization": str(organization), "p_key": key}
        return self._database.call("aurora_proactive_consent_log", arguments, rows)

    def erase(self, organization: UUID, key: str, now: dt.datetime, author: Author | None = None) -> Erased:
        """Erase what campaigns keep of a number; its opt-outs and the log of consents stay, they honour its wish."""
        self._halt(organization, [key])
        arguments = {"p_organization": str(organization), "p_key": key, "p_now": now.isoformat()} | signed(author)
        answer = self._database.call("aurora_proactive_erase_person", arguments, row)
        self._halt_others(answer)
        return Erased(int(answer["erased"]), int(answer["open"]))

    def forget(self, days: int, limit: int, now: dt.datetime) -> int:
        """Erase who the recipients of campaigns older than `days` were, about `limit` of them; how many."""
        arguments = {"p_days": days, "p_limit": limit, "p_now": now.isoformat()}
        return self._database.call("aurora_proactive_forget_campaigns", arguments, count)

    def _waiting(self, organization: UUID, keys: Sequence[str], *, unless_consented: bool = False) -> list[UUID]:
        arguments = {"p_organization": str(organization), "p_keys": list(keys), "p_unless_consented": unless_consented}
        return [UUID(each) for each in self._database.call("aurora_proactive_waiting_for", arguments, texts)]

    def _halt(self, organization: UUID, keys: Sequence[str], *, unless_consented: bool = False) -> None:
        """Nobody begins to write to these numbers from here on, whatever becomes of the rows."""
        self._halts.recipients(self._waiting(organization, keys, unless_consented=unless_consented))

    def _halt_others(self, answer: dict[str, Any]) -> None:
        """Halt whoever came to wait since."""
        self._halts.recipients(UUID(each) for each in answer["waiting"])

    def _release(self, organization: UUID, key: str) -> None:
        """Let a number be written to again; what its rows still say holds, whoever is handed over."""
        self._halts.release(self._waiting(organization, [key]))
