"""Messages as Evolution API shows them: read where they are usable, never trusted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from proactive.gateways.evolution.messages import receipt_of, text_of
from proactive.model.context import Receipt

KEY = {"id": "3EB0", "remoteJid": "5511@s.whatsapp.net", "fromMe": True}
AT = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)


@pytest.mark.parametrize("moment", [AT.timestamp(), int(AT.timestamp()), str(int(AT.timestamp()))])
def test_a_receipt_has_the_messages_key_and_the_gateways_moment(moment: Any) -> None:
    assert receipt_of({"key": KEY, "messageTimestamp": moment}) == Receipt("3EB0", "5511@s.whatsapp.net", AT)


@pytest.mark.parametrize("moment", [None, "", "soon", {}, [], 10**20, float("nan"), float("inf")])
def test_a_moment_that_is_none_leaves_the_receipt_without_one(moment: Any) -> None:
    assert receipt_of({"key": KEY, "messageTimestamp": moment}) == Receipt("3EB0", "5511@s.whatsapp.net")


@pytest.mark.parametrize(
    "answer",
    [
        None, [], "ok", {}, {"key": None}, {"key": "3EB0"}, {"key": {"id": "3EB0"}}, {"key": KEY | {"id": ""}},
        {"key": KEY | {"id": 7}}, {"key": KEY | {"remoteJid": None}}, {"key": KEY | {"remoteJid": ""}},
    ],
)  # fmt: skip
def test_an_answer_without_a_usable_key_is_no_receipt(answer: Any) -> None:
    assert receipt_of(answer) is None


def test_a_text_is_the_plain_one_or_the_one_with_a_preview() -> None:
    assert text_of({"message": {"conversation": "Olá"}}) == "Olá"
    assert text_of({"message": {"extendedTextMessage": {"text": "Veja"}, "conversation": ""}}) == "Veja"


@pytest.mark.parametrize(
    "message",
    [None, [], "Olá", {}, {"conversation": None}, {"conversation": 1}, {"extendedTextMessage": {}}, {"image": {}}],
)
def test_anything_else_has_no_text(message: Any) -> None:
    assert text_of({"message": message}) is None
    assert text_of({}) is None
