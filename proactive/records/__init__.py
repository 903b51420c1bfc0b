"""What happened to a message: its record in Supabase, its claim in Redis, and what waits to be written."""

from proactive.records.claims import LOOK_AGAIN, Claim, HandoverClaims
from proactive.records.entry import Entry
from proactive.records.outbox import Outbox
from proactive.records.pauses import PauseEntry, Pauses
from proactive.records.store import Records

__all__ = ["LOOK_AGAIN", "Claim", "Entry", "HandoverClaims", "Outbox", "PauseEntry", "Pauses", "Records"]
