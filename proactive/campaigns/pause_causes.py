"""Who ends a pause: the causes after which a campaign waits for its owner's word."""

from __future__ import annotations

#: Pauses that nobody asked for, and of which the owner decides (T11 asks for CONTINUAR).
ASKS_OWNER = frozenset({"not_on_whatsapp", "opt_outs", "not_told"})
#: Pauses that only an owner's word ends; every other one ends with its cause.
ENDED_BY_OWNER = ASKS_OWNER | {"owner"}
