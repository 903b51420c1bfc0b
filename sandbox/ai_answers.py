"""What the AI stand-in answers: a first and a last line, true or in one of the ways in which an AI misbehaves."""

from __future__ import annotations

import gzip
import json
from enum import StrEnum
from functools import cache

_TRUE = {
    "opening": "Oi, {nome}! Que bom falar com você. 💛",
    "closing": "Muito obrigada pela confiança. Um abraço carinhoso!",
}
_UNTRUE = {
    "opening": "Oi, {nome}! A agenda está cheia hoje.",
    "closing": "A campanha já está no ar, ligue para 11 99999-8888!",
}
_BOMB = 400_000_000


class Mode(StrEnum):
    """How the stand-in answers.

    `LIE` writes two untrue lines, `HALF` a true opening and an untrue closing, `FENCED` true lines in a Markdown fence,
    `PROSE` no JSON, `TYPES` JSON of other types, `CUT` an unfinished answer, `EMPTY` no text at all. `GARBAGE` is no
    chat completion, `BOMB` unpacks to 400 MB, `DRIP` comes byte by byte, `HANG` never.
    """

    TRUTH = "truth"
    LIE = "lie"
    HALF = "half"
    FENCED = "fenced"
    PROSE = "prose"
    TYPES = "types"
    CUT = "cut"
    EMPTY = "empty"
    FAIL = "fail"
    THROTTLE = "throttle"
    HANG = "hang"
    DRIP = "drip"
    GARBAGE = "garbage"
    BOMB = "bomb"


def content(mode: Mode, *, named: bool = True) -> str:
    """The text of the AI in that mode; `named` is whether it may use the owner's name."""
    match mode:
        case Mode.PROSE:
            return "Claro! Oi, tudo bem?"
        case Mode.TYPES:
            return json.dumps({"opening": ["Oi!"], "closing": {"text": "Um abraço!"}})
        case Mode.EMPTY:
            return ""
        case Mode.LIE:
            lines = _UNTRUE
        case Mode.HALF:
            lines = {"opening": _TRUE["opening"], "closing": _UNTRUE["closing"]}
        case _:
            lines = _TRUE
    written = json.dumps(lines, ensure_ascii=False)
    written = written if named else written.replace(", {nome}", "")
    return f"```json\n{written}\n```" if mode is Mode.FENCED else written


def completion(request: str, mode: Mode) -> bytes:
    """The chat completion that answers the JSON body of a request, with its price in tokens."""
    asked = [str(message["content"]) for message in json.loads(request)["messages"]]
    text = content(mode, named="desconhecido" not in asked[-1])
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text[:20] if mode is Mode.CUT else text},
        "finish_reason": "length" if mode is Mode.CUT else "stop",
    }
    price = {"prompt_tokens": sum(map(len, asked)) // 4, "completion_tokens": len(text) // 4}
    return json.dumps({"object": "chat.completion", "choices": [choice], "usage": price}).encode()


@cache
def bomb() -> bytes:
    """A small gzip that unpacks to 400 MB."""
    return gzip.compress(bytes(_BOMB // 8)) * 8
