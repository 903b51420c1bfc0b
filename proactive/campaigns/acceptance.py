"""What an organisation says before it may send: who accepts the risk, on which legal basis, and what it lowers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal
from uuid import UUID

from proactive.errors import InvalidInput
from proactive.model.author import Author, signed
from proactive.storage.answers import Row, optional_row, row
from proactive.storage.supabase import Database

LegalBasis = Literal["legitimate_interest", "consent"]
#: The sentence that whoever accepts has read.
RISK = "Enviar promoções pelo WhatsApp Web pode fazer o WhatsApp bloquear o número da loja, às vezes para sempre."


class UnusableAcceptance(InvalidInput):
    """Something of an acceptance is not usable: `field` says what, `words` why, in Portuguese."""

    def __init__(self, field: str, detail: str, words: str) -> None:
        super().__init__(detail)
        self.field, self.detail, self.words = field, detail, words


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What is accepted and set. `accepted_by` is a person's name; `basis_reference` says where the balancing test of a
    legitimate interest can be read. `daily_caps` are messages a local day by level, `used_since` is since when the
    number is in use (a local date).
    """

    accepted_by: str
    accepts_ban_risk: bool
    legal_basis: LegalBasis
    basis_reference: str | None = None
    business_name: str | None = None
    cost_sentence: str | None = None
    daily_caps: tuple[int, ...] | None = None
    used_since: dt.date | None = None

    def checked(self, caps: Sequence[int], now: dt.datetime) -> Acceptance:
        """The acceptance as it is; `caps` are the installation's.

        Raises:
            UnusableAcceptance: the risk is not accepted, the reference is missing, caps are higher than allowed.
        """
        if not self.accepts_ban_risk:
            raise UnusableAcceptance("acceptsBanRisk", "Somebody has to accept it: send true.", RISK)
        if not self.accepted_by.strip():
            raise UnusableAcceptance("acceptedBy", "Say who accepts: a name.", "Diga quem aceita.")
        if self.legal_basis == "legitimate_interest" and not (self.basis_reference or "").strip():
            raise UnusableAcceptance(
                "basisReference", "Say where the balancing test of the legitimate interest can be read.",
                "Diga onde está o teste de balanceamento do legítimo interesse.",
            )  # fmt: skip
        if self.daily_caps is not None and not _lowers(self.daily_caps, caps):
            raise UnusableAcceptance(
                "dailyCaps", f"Send {len(caps)} numbers from 1, none above the installation's: {list(caps)}.",
                f"São {len(caps)} números, a partir de 1 e no máximo {', '.join(map(str, caps))}.",
            )  # fmt: skip
        if self.used_since is not None and self.used_since > now.date() + dt.timedelta(days=1):
            raise UnusableAcceptance("usedSince", "It cannot be in the future.", "Esta data ainda não chegou.")
        return self


class Acceptances:
    """Keeps and reads what organisations accepted. Every method raises SupabaseError where Supabase is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, organization: UUID, acceptance: Acceptance, author: Author, now: dt.datetime) -> Row:
        """Keep a checked acceptance, and who changed what; the row. `now` is aware."""
        kept = {name: value for name, value in asdict(acceptance).items() if name != "accepts_ban_risk"}
        since = acceptance.used_since
        arguments = {
            "p_organization": str(organization), "p_now": now.isoformat(), **signed(author),
            "p_settings": kept | {"used_since": since.isoformat() if since else None},
        }  # fmt: skip
        return self._database.call("aurora_proactive_keep_campaign_settings", arguments, row)

    def of(self, organization: UUID) -> Row | None:
        """What an organisation accepted; None where nobody did."""
        arguments = {"p_organization": str(organization)}
        return self._database.call("aurora_proactive_campaign_settings_of", arguments, optional_row)


def _lowers(wanted: Sequence[int], caps: Sequence[int]) -> bool:
    return len(wanted) == len(caps) and all(1 <= mine <= most for mine, most in zip(wanted, caps, strict=True))
