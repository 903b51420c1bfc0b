"""The words we speak: message types, facts, drafts, receipts. Frozen values, nothing of ours imported."""

from proactive.messages.delivery import Draft, Instance, Owner, Pause, Reading, Receipt, Record
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
from proactive.messages.task import Attempt, Done, Later, Outcome, Task
from proactive.messages.types import Audience, MessageType, Occurrence

__all__ = [
    "Attempt",
    "Audience",
    "BirthdayLine",
    "BirthdaysFacts",
    "BookingLine",
    "ClientLine",
    "ContactLine",
    "CustomCampaignFacts",
    "DailySummaryFacts",
    "Done",
    "Draft",
    "Facts",
    "InactiveClientsFacts",
    "Instance",
    "Later",
    "Line",
    "LowOccupancyFacts",
    "MessageType",
    "Occurrence",
    "OpportunitiesFacts",
    "Outcome",
    "Owner",
    "Pause",
    "Reading",
    "Receipt",
    "Record",
    "Task",
    "VisitorLine",
]
