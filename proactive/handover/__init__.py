"""How a message reaches the gateway at most once: sending, and finding out where the outcome is unknown."""

from proactive.handover.lookup import Lookup
from proactive.handover.message import DELIVERY_UNKNOWN, Handover, Held, handed_over
from proactive.handover.sending import Sending

__all__ = ["DELIVERY_UNKNOWN", "Handover", "Held", "Lookup", "Sending", "handed_over"]
