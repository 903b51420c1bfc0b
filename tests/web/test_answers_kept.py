"""How owners answered is read in the webhook, and kept without a word of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from sandbox.stack import LocalStack
from tests.support.world import Business, World
from tests.web.test_webhooks import Database, Gateway, replies, sent


@pytest.fixture(scope="module")
def gateway(http: httpx.Client, stack: LocalStack) -> Gateway:
    return Gateway(http, stack.webhook_secret)


@pytest.fixture
def shop(stack: LocalStack) -> Business:
    return World(stack).business()


def reaction(text: str, to: str) -> dict[str, Any]:
    about = {"key": {"id": to, "fromMe": True}, "text": text}
    return {"message": {"reactionMessage": about}, "messageType": "reactionMessage"}


def words(text: str) -> dict[str, Any]:
    return {"message": {"conversation": text}}


def test_an_answer_is_kept_by_its_kind_and_what_it_said(gateway: Gateway, database: Database, shop: Business) -> None:
    ours = uuid4().hex[:20].upper()
    message = sent(database, shop, ours)
    told = {
        "A": words("Claro que sim, pode mandar!"), "B": words("não quero mais receber"), "C": reaction("👍🏽", ours),
        "D": reaction("", ours), "E": words("bom dia"), "F": words("hoje não"), "G": reaction("😂", ours),
        "H": {"message": {"audioMessage": {"ptt": True}, "speechToText": "[audio] sim"}, "messageType": "audioMessage"},
        "I": {"message": {"stickerMessage": {}}, "messageType": "stickerMessage"},
        "J": {"message": {"imageMessage": {"caption": "pode mandar"}}, "messageType": "imageMessage"},
    }  # fmt: skip
    for name, data in told.items():
        for _ in range(2):  # told again, it is the same
            gateway.reply(shop.instance, f"{ours}{name}", f"55{shop.phone}@s.whatsapp.net", **data)
    kept = replies(database, shop)
    assert [(row["kind"], row["said"], row["rule"]) for row in kept] == [
        ("text", "yes", 1), ("text", "stop", 1), ("reaction", "yes", 1), ("reaction", None, 1),
        ("text", "other", 1), ("text", "no", 1), ("reaction", "other", 1), ("audio", "other", 1),
        ("sticker", "other", 1), ("other", "yes", 1),
    ]  # fmt: skip
    assert {row["answers"] for row in kept} == {message}
    assert all("mandar" not in str(value) and "receber" not in str(value) for row in kept for value in row.values())


def test_of_who_is_no_owner_it_is_not_kept_how_they_wrote(gateway: Gateway, database: Database, shop: Business) -> None:
    gateway.reply(shop.instance, uuid4().hex, "5511955554444@s.whatsapp.net", **words("sim, quero"))
    (row,) = replies(database, shop)
    assert (row["owner_number_id"], row["kind"], row["said"], row["rule"]) == (None, None, None, None)


def test_what_was_changed_is_kept_as_it_is_now(gateway: Gateway, database: Database, shop: Business) -> None:
    ours = uuid4().hex[:20].upper()
    sent(database, shop, ours)
    gateway.reply(shop.instance, f"{ours}A", f"55{shop.phone}@s.whatsapp.net", **words("sim"))
    edit = {"key": {"id": f"{ours}A"}, "type": "MESSAGE_EDIT", "editedMessage": {"conversation": "não"}}
    gateway.tell("messages.edited", shop.instance, edit)
    gateway.tell("messages.delete", shop.instance, {"id": f"{ours}A", "fromMe": False})
    kept = {row["gateway_message_id"][len(ours) + 1 :][:6]: row for row in replies(database, shop)}
    assert {name: (row["kind"], row["said"]) for name, row in kept.items()} == {
        "": ("text", "yes"), ":edit:": ("text", "no"), ":delet": ("other", None),
    }  # fmt: skip
