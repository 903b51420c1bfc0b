"""The fields of the hash of the metrics (`storage.redis.METRICS`): writers and readers take their names from here.

Every part of a name is one of a few known words, so the hash never grows beyond a few hundred fields.
"""

from __future__ import annotations

from typing import Literal, get_args

Stage = Literal["facts", "text", "wait", "send", "record"]
STAGES: tuple[Stage, ...] = get_args(Stage)
AttemptOutcome = Literal[
    "sent", "failed", "skipped", "nothing_to_say", "not_now", "already_sent", "already_failed", "waits", "error"
]  # fmt: skip
#: How an attempt ends: as `Done` says, with a wait, or with an error that is worth another attempt.
OUTCOMES: tuple[AttemptOutcome, ...] = get_args(AttemptOutcome)
DeliveryState = Literal["accepted", "on_its_way", "delivered", "read", "refused", "silent"]
#: What became of a message after the gateway accepted it (`metadata.delivery`): the gateway took it, WhatsApp's server
#: has it, the phone has it, it was read, WhatsApp did not deliver it, nothing was heard of it for minutes.
DELIVERIES: tuple[DeliveryState, ...] = get_args(DeliveryState)
#: Which tokens the AI service counts: those that it reads and those that it writes.
TOKENS = ("in", "out")
#: Upper bounds of the histogram's buckets in seconds; the last bucket has none.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0)


def messages(type_: str, status: str) -> str:
    """The counter of messages that ended as `sent` or `failed`."""
    return f"messages|{type_}|{status}"


def attempts(type_: str, outcome: str) -> str:
    """The counter of attempts that ended with an outcome."""
    return f"attempts|{type_}|{outcome}"


def ai_requests(type_: str, result: str) -> str:
    """The counter of questions to the AI that ended with an `AiResult`."""
    return f"ai|{type_}|{result}"


def ai_tokens(type_: str, direction: str) -> str:
    """The counter of the tokens that the AI service says it has read (`in`) or written (`out`)."""
    return f"tokens|{type_}|{direction}"


def fallbacks(type_: str, slot: str, refusal: str) -> str:
    """The counter of slots in which the layout's own line, or none, stands though the AI was asked for one."""
    return f"fallbacks|{type_}|{slot}|{refusal}"


def faults(fault: str) -> str:
    """The counter of a gateway's failures of one kind (`GatewayFault`)."""
    return f"faults|{fault}"


def bucket(type_: str, stage: str, index: int) -> str:
    """The counter of observations in one bucket alone (not those of the smaller ones)."""
    return f"seconds|{type_}|{stage}|{index}"


def seconds(type_: str, stage: str) -> str:
    """The sum of a stage's observations, in seconds."""
    return f"seconds|{type_}|{stage}|sum"
