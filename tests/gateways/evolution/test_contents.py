"""What a message holds, in every shape that WhatsApp and Evolution have for it, and in shapes that nobody has."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proactive.gateways.evolution.contents import LONGEST, Contents, contents_of, offers_words, read_words

QUOTE = {"stanzaId": "OURS", "participant": "5511900000001@s.whatsapp.net", "quotedMessage": {"conversation": "x"}}
EXTENDED = {"extendedTextMessage": {"text": "sim", "contextInfo": QUOTE}}


@pytest.mark.parametrize(
    ("data", "contents"),
    [
        ({"message": {"conversation": "sim"}}, ("text", "sim", None)),
        ({"message": {"conversation": "sim"}, "contextInfo": QUOTE}, ("text", "sim", "OURS")),
        ({"message": {"messageContextInfo": {}, "conversation": " ok "}}, ("text", "ok", None)),
        ({"message": EXTENDED}, ("text", "sim", "OURS")),
        ({"message": {"ephemeralMessage": {"message": EXTENDED}}}, ("text", "sim", "OURS")),
        ({"message": {"viewOnceMessage": {"message": EXTENDED}}}, ("text", "sim", "OURS")),
        ({"message": {"viewOnceMessageV2": {"message": {"ephemeralMessage": {"message": EXTENDED}}}}},
         ("text", "sim", "OURS")),
        ({"message": {"documentWithCaptionMessage": {"message": {"documentMessage": {"caption": "pode"}}}}},
         ("caption", "pode", None)),
        ({"message": {"imageMessage": {"caption": "olha"}}, "contextInfo": None}, ("caption", "olha", None)),
        ({"message": {"videoMessage": {"caption": "olha", "contextInfo": QUOTE}}}, ("caption", "olha", "OURS")),
        ({"message": {"imageMessage": {"mimetype": "image/jpeg"}}}, ("other", "", None)),
        ({"message": {"stickerMessage": {}}}, ("other", "", None, True)),
        ({"message": {"contactMessage": {"displayName": "sim"}}}, ("other", "", None)),
        ({"message": {"locationMessage": {"name": "sim"}}}, ("other", "", None)),
        ({"message": {"audioMessage": {"seconds": 3, "contextInfo": QUOTE}}}, ("audio", "", "OURS")),
        ({"message": {"audioMessage": {"seconds": 3}, "speechToText": "[audio] pode mandar"}},
         ("audio", "pode mandar", None)),
        ({"message": {"ephemeralMessage": {"message": {"audioMessage": {}}}, "speechToText": "[Audio]  sim"}},
         ("audio", "sim", None)),
        ({"message": {"reactionMessage": {"key": {"id": "OURS", "fromMe": True}, "text": "👍"}}},
         ("reaction", "👍", "OURS")),
        ({"message": {"reactionMessage": {"key": {"id": "OURS", "fromMe": True}, "text": ""}}},
         ("reaction", "", "OURS")),
        ({"message": {"reactionMessage": {"text": "👍"}}}, ("reaction", "👍", None)),
        ({"message": {"buttonsResponseMessage": {"selectedDisplayText": "Sim", "selectedButtonId": "1"}}},
         ("text", "Sim", None)),
        ({"message": {"templateButtonReplyMessage": {"selectedDisplayText": "Sim"}}}, ("text", "Sim", None)),
        ({"message": {"listResponseMessage": {"title": "Sair", "contextInfo": QUOTE}}}, ("text", "Sair", "OURS")),
        ({"message": {"interactiveResponseMessage": {"body": {"text": "Não"}}}}, ("text", "Não", None)),
        ({"message": {"pollUpdateMessage": {"vote": {"selectedOptions": ["Sim"]}}}}, ("text", "Sim", None)),
        ({"message": {"pollUpdateMessage": {"vote": {"encPayload": "x"}}}}, ("other", "", None)),
        ({}, ("other", "", None)),
        ({"message": None}, ("other", "", None)),
        ({"message": ["sim"]}, ("other", "", None)),
        ({"message": {"conversation": 7}}, ("other", "", None)),
        ({"message": {"conversation": "sim"}, "contextInfo": "x"}, ("text", "sim", None)),
        ({"message": {"conversation": "sim"}, "contextInfo": {"stanzaId": "ação"}}, ("text", "sim", None)),
    ],
)  # fmt: skip
def test_every_shape_says_its_kind_its_words_and_what_it_quotes(data: dict[str, Any], contents: Any) -> None:
    assert contents_of(data) == Contents(*contents)


@pytest.mark.parametrize(
    "data",
    [
        {"messageType": "protocolMessage", "message": {"conversation": "x"}},
        {"message": {"protocolMessage": {"type": "REVOKE"}}},
        {"message": {"ephemeralMessage": {"message": {"protocolMessage": {"type": 0}}}}},
        {"message": {"editedMessage": {"message": {"protocolMessage": {"editedMessage": {"conversation": "sim"}}}}}},
        {"message": {"senderKeyDistributionMessage": {}}},
        {"messageType": "reactionMessage", "message": {}},
    ],
)
def test_what_the_protocol_says_nobody_wrote(data: dict[str, Any]) -> None:
    assert contents_of(data) is None


def test_what_is_too_long_is_cut_and_can_be_no_approval() -> None:
    kind, text = read_words({"conversation": "sim " + "a" * 70_000})
    assert kind == "text" and len(text) == LONGEST and text.endswith("?")


@pytest.mark.parametrize(
    "text",
    ["digite VOLTAR para o menu", "Para encerrar, digite *sair*", "0 - Sair", "9) Voltar",
     "responda sair a qualquer hora",
     "1 - Banho\n2 - Tosa\n0 - Sair", "envie 'sair'", "Não quer receber promoções? Responda SAIR.", "Opção voltar"],
)  # fmt: skip
def test_a_menu_that_offers_its_word_is_known(text: str) -> None:
    assert offers_words(text)


@pytest.mark.parametrize(
    "text",
    ["", "o Rex vai sair às 15h", "Pode voltar amanhã às 9", "ele acabou de sair do banho",
     "vamos voltar a atender segunda", "Oi! Tudo bem?", "pode mandar alguém sair para buscar"],
)  # fmt: skip
def test_what_people_write_of_leaving_and_coming_is_no_menu(text: str) -> None:
    assert not offers_words(text)


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["message", "ephemeralMessage", "conversation", "extendedTextMessage", "text", "contextInfo", "stanzaId",
             "reactionMessage", "key", "id", "audioMessage", "speechToText", "pollUpdateMessage", "vote",
             "selectedOptions", "messageType", "imageMessage", "caption", "editedMessage"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["message", "contextInfo", "messageType"]), ODD))
def test_no_shape_is_too_odd(data: dict[str, Any]) -> None:
    contents = contents_of(data)
    assert contents is None or (isinstance(contents.text, str) and len(contents.text) <= LONGEST)
