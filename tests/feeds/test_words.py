"""Every code has words, and every field of a refusal is one of the request."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from proactive.feeds.subscriptions import FeedRefused
from proactive.feeds.words import FAULTS, REASONS, REFUSALS, fault_words, reason_words

ROOM = Path(__file__).parents[2] / "proactive" / "feeds"


def codes(argument: ast.expr) -> set[str]:
    """The texts that an argument may be."""
    if isinstance(argument, ast.IfExp):
        return codes(argument.body) | codes(argument.orelse)
    return {argument.value} if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else set()


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_says_what_to_do(code: str) -> None:
    refused = FeedRefused(code)
    assert refused.words.endswith((".", "https://"))
    assert refused.field in {"address", "purpose", "label", None}


def test_codes_that_this_version_does_not_know_have_words_too() -> None:
    assert fault_words("from the future") == FAULTS["failed"]
    assert reason_words("from the future") == REASONS["unreadable"]


def test_every_code_that_is_raised_has_words() -> None:
    raised = {"UnusableAddress": REFUSALS, "FeedRefused": REFUSALS, "FeedFault": FAULTS, "SeriesRefused": REASONS}
    for file in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in raised:
                for code in codes(node.args[0]):
                    assert code in raised[node.func.id], (file.name, code)
