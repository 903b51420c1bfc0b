"""The words of clients' messages beside the rules: typing errors, what stands around a request, what contradicts it.

The rules themselves are in `client.lark`.
"""

from __future__ import annotations

import re

from proactive.replies.grammar import ReplyGrammar, grammar
from proactive.replies.normalisation import NormalText, normalise

_STARTS = (
    "out", "requested", "alone", "ending", "tentative", "annoyed", "wanted", "reason", "back", "mourning", "parted",
)  # fmt: skip
#: Typing errors that can be nothing else.
_TYPOS = {
    wrong: right
    for right, every in {
        "descadastrar": "descadastrr descadatrar descadastar descadrastar discadastrar decadastrar"
        " descatrastar descadastrra desacadastrar descadasrar",
        "descadastra": "discadastra descadrasta descadatra descadasta",
        "lista": "lsita litsa lissta listta",
        "sair": "saiir sairr saiirr ssair",
        "receber": "reseber recebr rceber recber receb recebe receberr resceber",
        "mensagem": "menssagem mensajem mensage mensagen mensaje mensagm menssage",
        "mensagens": "menssagens mensajens mensagems mensages menssages mensagms",
        "promocao": "promosao promossao promoca",
        "promocoes": "promosoes promossoes promocoe",
        "quero": "kero qero queru",
        "parar": "pararr parrar",
    }.items()
    for wrong in every.split()
}
_SPELT = re.compile(r"(?:[a-z] ){3,}[a-z]")
_COURTESY = "por favor|pfv|pf|por gentileza|(?:muito )?obrigad[oa]|obg|vlw|valeu|viu"
#: Courtesies before and after a request; they change nothing.
_COURTEOUS = re.compile(rf"^(?:(?:{_COURTESY})(?: ,)? )+(?=\S)|(?<=\S)(?: (?:, )?(?:{_COURTESY}))+$")
#: Whom one speaks to, how one presses and what one swears: they change nothing either.
_AROUND = re.compile(
    r"^(?:(?:gente|moca|moco|pessoal|meu deus|pelo amor de deus|faz favor|fazendo favor|desculpa|olha|boa)(?: ,)? )+"
    r"(?=\S)|(?<=\S)(?: (?:, )?(?:uai|so|tche|moca|moco|ta|ta bom|ta ok|ok|porfa|porfavor|plis|please|pls|pfvr|pfvor"
    r"|blz|grata|grato|agradeco|desde ja agradeco|se possivel|pelo amor de deus|faz favor|fazendo favor|urgente"
    r"|desculpa|desculpe|que saco|caralho|porra|cacete|caramba|cara|poxa|aff|meu deus|ne|bjs))+$"
)
#: What some put before or after a request: no laughter, and nothing that wonders.
_SIGNS = re.compile(r"^(?:[^\w\s,?%:😂🤣😅😆😹🤔❓❔🤷🙃😜😝🤪] )+|(?: [^\w\s,?%:😂🤣😅😆😹🤔❓❔🤷🙃😜😝🤪])+$")
#: The same of somebody who has had enough: no joy, which delights in a photo (`para 😍`).
_STERN = re.compile(r"^(?:[🙏🛑🚫⛔✋❌😡😠🤬😤😒🙄👎👍] )+|(?: [🙏🛑🚫⛔✋❌😡😠🤬😤😒🙄👎👍])+$")
_SENTENCE = re.compile(r"[.!;]+(?=\s)")
#: What speaks of leaving and means something else.
STAYS = re.compile(r"\b(?:nao|n|naum) (?:quero )?(?:sair|me descadastrar)\b|\bboletos?\b")


def client_grammar() -> ReplyGrammar:
    """The rules of clients' messages, read once a process."""
    return grammar("client", _STARTS)


def as_written(written: str) -> NormalText:
    """The normal form of a client's message: a sentence's end is a comma, unlike in owners' replies."""
    return normalise(_SENTENCE.sub(",", written), client_grammar().words.__contains__)


def mended(text: str) -> str:
    """A normal text without typing errors, and with a word that was spelt letter by letter as one."""
    return text.replace(" ", "") if _SPELT.fullmatch(text) else " ".join(_TYPOS.get(w, w) for w in text.split())


def bare(text: str) -> str:
    """A normal text without what some say or put around a request."""
    return _without(text, _SIGNS, _COURTEOUS, _AROUND)


def stern(text: str) -> str:
    """A normal text without courtesies and signs of anger around it."""
    return _without(text, _STERN, _COURTEOUS)


def _without(text: str, *around: re.Pattern[str]) -> str:
    while True:
        shorter = text
        for each in around:
            shorter = each.sub("", shorter).strip(" ,") or shorter
        if shorter == text:
            return text
        text = shorter
