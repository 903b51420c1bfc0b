"""The words we speak: message types, facts, drafts, receipts. Frozen values, nothing of ours imported."""

from proactive.messages.delivery import Draft, Instance, Owner, Reading, Receipt, Record
from proactive.messages.facts import (
    BirthdayLine,
    BirthdaysFacts,
    BookingLine,
    ClientLine,
    ContactLine,
    CustomCampaignFacts,
    DailySummaryFacts,
    Facts,
    InactiveClientsFacts,
    Line,
    LowOccupancyFacts,
    OpportunitiesFacts,
    VisitorLine,
)
from proactive.messages.types import Audience, MessageType, Occurrence

__all__ = [
    "Audience",
    "BirthdayLine",
    "BirthdaysFacts",
    "BookingLine",
    "ClientLine",
    "ContactLine",
    "CustomCampaignFacts",
    "DailySummaryFacts",
    "Draft",
    "Facts",
    "InactiveClientsFacts",
    "Instance",
    "Line",
    "LowOccupancyFacts",
    "MessageType",
    "Occurrence",
    "OpportunitiesFacts",
    "Owner",
    "Reading",
    "Receipt",
    "Record",
    "VisitorLine",
]
