"""What an answer to a message of ours said, for the figures of engagement: yes, no, stop or other.

It counts and triggers nothing: what an answer does is read by `owner.py` and `client.py`, by rules of their own. Only
the reading is kept, never a word. The words that a stop and a no are known by err towards them, those of a yes away
from it (docs/decisions/0098-what-an-answer-said.md).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from proactive.replies.choices import ChoiceContext, ChoiceKind, read_choice

Said = Literal["yes", "no", "stop", "other"]
AnswerKind = Literal["text", "audio", "sticker", "reaction", "other"]
#: The version of these rules: figures of two versions are not one figure.
RULE = 1
#: A longer text says more than a yes or a no.
_MOST_WORDS = 12
_YES_WORDS = frozenset({
    "sim", "s", "ss", "pode", "claro", "manda", "envia", "quero", "bora", "vamos", "ok", "blz", "beleza", "fechado",
    "perfeito", "isso", "faz",
})  # fmt: skip
#: Those of the rule, and how some spell its first one.
_NO_WORDS = frozenset({"nao", "n", "nn", "naum", "num", "nunca", "depois", "deixa", "dispenso", "negativo"})
_IDIOM = re.compile(r"\b(?:(?:por ?que|pq) nao|sem problemas?|com certeza|claro que sim)\b ?\??")
_FILLERS = r"(?:(?:oi|ola|opa|bom dia|boa tarde|boa noite|aurora|gente|por favor|pfv?|favor|obrigad[oa]|,) )*"
_NOT, _SEND = r"(?:nao|n|nn|naum|num|nunca)", r"(?:mand|envi)(?:e|em|a|ar|o)"
_WANTS = r"(?:quero|queria|desejo|gostaria de|pretendo)(?: (?:mais|mas|ficar|nunca))*"
_ALONE = r"(?: (?:aurora|gente|por favor|pfv?|obrigad[oa]|ja|agora|[,?]))*"
_STOP = re.compile(
    rf"\b(?:parar|parem?|paro|sair|descadastr[a-z]+)\b|\bcancel[a-z]+ (?:(?:o|os|esse|esses|todos|todo) )*envios?\b"
    rf"|\b{_NOT} (?:[a-z]+ )?{_WANTS} receb(?:er|endo)\b|\b{_NOT} receber\b|\b{_NOT}(?: mais)? me {_SEND}\b"
    rf"|^{_FILLERS}para (?:de|com|tudo)\b|^{_FILLERS}para{_ALONE}$"
)
#: What is done for the business: of a yes to doing something else it is not known what it is a yes to.
_DOING = (
    "mandar enviar criar fazer soltar disparar ir lancar avisar chamar oferecer convidar lembrar reservar seguir montar"
    " preparar divulgar postar publicar continuar tentar testar encher aproveitar usar executar confirmar comecar"
    " iniciar colocar dar ser acionar marcar por favor"
)
_DONE_FOR_US = "|".join(_DOING.split())
_OF_THE_SHOP = (
    "lista|nomes?|pix|chave|boleto|relatorio|resumo|valor|conta|nota|recibo|comprovante|orcamento|numeros?|telefones?"
    "|enderecos?|localizacao|cardapio|catalogo|fotos?|print|link|motoboy|entregador|racao|cnpj|agenda|teste"
)
_NOT_A_YES = re.compile(
    rf"\b(?:quero|vamos|pode) (?:me )?(?!(?:{_DONE_FOR_US})\b)[a-z]*[aei]r\b|\bpode me [a-z]+r\b|\bquero marcar\b"
    r"|\bquero outr[oa]s?\b|\b(?:me (?:manda|envia)|(?:manda|envia) (?:pra mim|para mim))\b"
    rf"|\b(?:mand|envi)(?:a|ar) (?:[ao]s? |esse |essa |uma? )?(?:{_OF_THE_SHOP})\b"
    r"|\b(?:acho|axo|talvez|sera|quase|mas|quem sabe|se|caso|quando|antes|primeiro|nada|nem|ninguem|sqn)\b"
    r"|\b(?:disse|disseram|fal(?:ei|ou|aram)|respondeu|mandei)\b|\?"
)
#: Words that are a yes only at the beginning, and not before these.
_AT_FIRST = re.compile(
    rf"^{_FILLERS}(?:isso(?= ?(?:$|[,?]|mesmo\b|ai\b|exat|sim\b))"
    r"|faz (?!tempo|sentido|quant|dias?\b|muito|part|falta|mal\b|\d)|faz$)"
)
_FIRST_ONLY = frozenset({"isso", "faz"})
_YES_SIGNS, _NO_SIGNS = frozenset("👍❤👏🙏✅🔥"), frozenset("👎❌")
#: How an emoji looks: skin tones, the variation selector, the joiner.
_LOOKS = re.compile("[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f\u200d]")
_WORD = re.compile(r"[a-z0-9]+|[,?]")
_RUN = re.compile(r"([a-z])\1{2,}")
#: A stop is heard with a letter said twice as well: no word of it has one.
_TWICE = re.compile(r"([a-z])\1+")


@dataclass(frozen=True, slots=True)
class AnswerReading:
    """What is kept of an answer: its kind, what it said (None: a reaction that was taken back), the rules' version."""

    kind: AnswerKind
    said: Said | None
    rule: int = RULE


def read_answer(text: str, kind: AnswerKind) -> AnswerReading:
    """The reading of an answer: its visible words, or the emoji of a reaction (empty: taken back).

    Audio is never read, whatever its transcript says.
    """
    if kind == "reaction":
        return AnswerReading(kind, _sign(text) if text.strip() else None)
    if kind in ("audio", "sticker") or not text.strip():
        return AnswerReading(kind, "other")
    return AnswerReading(kind, _chosen(text) or _said(text))


def _chosen(text: str) -> Said | None:
    """What a choice of Aurora's own messages says: switching one off is a stop, an hour or switching on is neither."""
    choice = read_choice(text, ChoiceContext())
    if choice is None or not choice.chooses:
        return None
    return "stop" if choice.kind is ChoiceKind.OFF else "other"


def _said(text: str) -> Said:
    words = _words(text)
    if not any(word.isalnum() for word in words):
        return _sign(text)
    plain = " ".join([*words, *("nao" for sign in text if sign in _NO_SIGNS)])
    if _STOP.search(_TWICE.sub(r"\1", plain)):
        return "stop"
    if sum(word.isalnum() for word in words) > _MOST_WORDS:
        return "other"
    return _yes_or_no(plain)


def _yes_or_no(plain: str) -> Said:
    rest = _IDIOM.sub(" ", plain)
    left = set(rest.split())
    denied, agreed = bool(left & _NO_WORDS), bool(left & _YES_WORDS)
    if rest == plain and denied and not agreed:
        return "no"
    if rest != plain and denied:
        return "other" if agreed else "no"
    if denied or (rest == plain and not agreed) or _NOT_A_YES.search(rest):
        return "other"
    doubtful = rest == plain and left & _YES_WORDS <= _FIRST_ONLY and not _AT_FIRST.search(plain)
    return "other" if doubtful else "yes"


def _sign(text: str) -> Said:
    """What a reaction says, or a text of nothing but emoji."""
    signs = set(_LOOKS.sub("", text)) - set(" \n")
    if signs and signs <= _YES_SIGNS:
        return "yes"
    return "no" if signs and signs <= _NO_SIGNS else "other"


def _words(text: str) -> list[str]:
    bare = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return [_cut(word) for word in _WORD.findall("".join(c for c in bare if not unicodedata.combining(c)))]


def _cut(word: str) -> str:
    """A word without letters that are said more than twice: `siiim` is `sim`, `sss` is `s`."""
    if not _RUN.search(word):
        return word
    once = _TWICE.sub(r"\1", word)
    return "isso" if once == "iso" else once
