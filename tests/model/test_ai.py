"""The words about the AI: each has a sentence, and none of them can hold data."""

from __future__ import annotations

from proactive.model.ai import AiResult, LineRefusal, Slot


def test_every_refusal_has_its_words() -> None:
    assert len({refusal.words for refusal in LineRefusal}) == len(LineRefusal)


def test_the_words_of_the_metrics_are_words() -> None:
    assert all(word.replace("_", "").isalpha() for kind in (AiResult, LineRefusal, Slot) for word in kind)
