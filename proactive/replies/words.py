"""The words that decide beside the rules: what can never be an approval, what always stops, what speaks of us."""

from __future__ import annotations

import re

from proactive.replies.normalisation import EMOJI, JOY, NormalText

_HEDGES = (
    "nao|n|ñ|nn|num|naum|nem|nunca|nada|nenhum|nenhuma|mas|so|somente|apenas|menos|sem|exceto|se|caso|quando|antes|primeiro"
    "|talvez|acho|axo|sera|quase|quem sabe|sqn|depois|dps|amanha|amnh|espera"
)
_HEDGE = re.compile(rf"(?<!\S)(?:{_HEDGES})(?!\S)")
#: `tá fechado`, `fechado hoje`: that the shop is closed. `confirmo amanhã`: that somebody will.
CLOSED = re.compile(
    r"(?=.*\bfechad[oa]\b).*\b(?:ta|esta|estamos|hoje|amanha|amnh)\b"
    r"|.*\b(?:fechou (?:as?|o)|fechad[oa] (?:pra balanco|o))\b"
    r"|.*\b(?:confirmo|autorizo|aprovo) (?:hoje|amanha|amnh|depois|mais tarde)\b"
    r"|.*\b(?:confirmo|autorizo|aprovo) (?:segunda|terca|quarta|quinta|sexta|sabado|domingo)\b"
)
#: The stems of stopping: a text that no rule reads and that has one of them pauses what is live.
STOP_STEM = re.compile(
    r"(?<!\w)(?:para+|pare+|parar\w*|pare[mi]|paremos|parou|parado|parando|param|espera\w*|pera+|pera+i+|chega+|segura\w*|calma+"
    r"|nao+|n+|ñ+|naum+|errei+|engano\w*|paus\w*|cancel\w*|encerr\w*|abort\w*|suspend\w*|interromp\w*"
    r"|deslig(?:a|ue|ar|uem))(?!\w)"
)
#: What makes a text that no rule reads one for us.
OURS = re.compile(r"\b(?:campanha\w*|promoc\w+|promo|descontos?|textos?|listas?|envi\w+|mand\w+)\b")
#: Words that a text of ours may hold beside those of the rules, without saying anything clear.
GLUE = re.compile(
    "que|do|em|no|um|uma|isto|la|der|te|assim|simples|reais|real|tem|cachorro|gato|semana|vem|mes|dia|deixar|por|com|mais"
    "|sei|tanto|ser|se|talvez|acho|axo|sera|quem|sabe|sqn|num|nem|nunca|nenhum|quase|caso|quando|antes|primeiro|qual|quais"
    "|como|onde|porque|cade|jamais"
)


def may_approve(text: NormalText) -> bool:
    """False of what is never an approval: a question, a hedge, an emoji that is not of joy, anything struck through.

    Nor is a text with signs that nobody types in earnest: a quotation, a sad face in letters, look-alike letters.
    """
    if text.struck or text.strange:
        return False
    emoji = set(EMOJI.findall(text.words))
    return not ("?" in text.whole or _HEDGE.search(text.words) or emoji - JOY or CLOSED.match(text.words))
