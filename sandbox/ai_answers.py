"""What the AI stand-in answers: the layout that it was sent, in other words or with a lie."""

from __future__ import annotations

import json
import re
from enum import StrEnum

_IN_OTHER_WORDS = {
    "Olá! Aqui está o resumo do seu dia": "Oi! Confira o resumo do seu dia",
    "Ótimo trabalho! Continue assim!": "Excelente trabalho! Siga assim!",
    "Opa! Identifiquei": "Olá! Encontrei",
    "🎂 Temos": "🎂 Oba, temos",
    "📈 Oportunidades para": "📈 Veja as oportunidades para",
    "É hora de agir rápido!": "Vamos agir rápido!",
    "👥 Alcance:": "👥 Alcance total:",
}


class Mode(StrEnum):
    """How the stand-in answers."""

    TRUTH = "truth"
    LIE = "lie"
    FAIL = "fail"
    THROTTLE = "throttle"
    HANG = "hang"
    DRIP = "drip"
    GARBAGE = "garbage"
    EMPTY = "empty"


def in_other_words(layout: str) -> str:
    """`layout` lightly rephrased and just as true."""
    for ours, other in _IN_OTHER_WORDS.items():
        layout = layout.replace(ours, other)
    return layout


def lie_about(layout: str) -> str:
    """`layout` with its first figure one too high."""
    digits = r"(?<!\[)\d+(?!\]\])"
    return re.sub(digits, lambda found: str(int(found[0]) + 1), in_other_words(layout), count=1)


def completion(request: str, mode: Mode) -> bytes:
    """The chat completion that answers the JSON body of a request."""
    layout = str(json.loads(request)["messages"][-1]["content"])
    text = {Mode.LIE: lie_about(layout), Mode.EMPTY: ""}.get(mode, in_other_words(layout))
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return json.dumps({"object": "chat.completion", "choices": [choice]}).encode()
