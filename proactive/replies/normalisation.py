"""The normal form of a reply: what two people write differently and mean alike is one text.

The steps are those of the product's rules for campaigns ("Reading a reply: Normalise"). What is taken away never
carries a meaning: a denial, a question mark, a number, a comma and every emoji stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

#: Numbers that people write as words.
NUMBERS = {
    "um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7, "oito": 8,
    "nove": 9, "dez": 10, "onze": 11, "doze": 12, "quinze": 15, "vinte": 20, "trinta": 30, "quarenta": 40,
    "cinquenta": 50,
}  # fmt: skip
#: Emoji of joy: they go with an approval.
JOY = frozenset("👍👌✅🙏❤♥😊😍🎉🚀👏💪🐾🐶🐱😀😃😄😁🥰🤩🙌💙💚💛🧡💜🤗")
_GREETINGS = "oie|oi|ola|opa|bom dia|boa tarde|boa noite"
_COURTESIES = (
    "aurora|querida|flor|amiga|por favor|pfv|pf|por gentileza|entao|ai|viu|muito obrigad[oa]|obrigad[oa]|obg|vlw|valeu"
)
#: Typing errors of approvals of four letters or more, by list and never by distance; of a denial never.
_TYPOS = {
    "madna": "manda", "mnada": "manda", "manad": "manda", "amnda": "manda", "mamda": "manda", "mandra": "mandar",
    "madnar": "mandar", "mnadar": "mandar", "mandr": "mandar", "pdoe": "pode", "poed": "pode", "opde": "pode",
    "envai": "envia", "evnia": "envia", "enivar": "enviar", "evniar": "enviar", "envair": "enviar", "eviar": "enviar",
    "enviat": "enviar", "emviar": "enviar", "emvia": "envia", "inviar": "enviar", "invia": "envia", "envar": "enviar",
    "calro": "claro", "quro": "quero", "qeuro": "quero", "confrimo": "confirmo",
    "comfirmo": "confirmo", "confrimar": "confirmar", "dispraa": "dispara", "autorzo": "autorizo",
    "autoriso": "autorizo", "siim": "sim", "simm": "sim", "ssim": "sim",
}  # fmt: skip
#: Skin tones, the variation selector and the joiner of emoji: they change how one looks.
_LOOKS = re.compile("[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f\u200d]")
#: Characters without a width and marks of direction; what keyboards put between letters without being seen.
_UNSEEN = re.compile("[\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_STRUCK = re.compile(r"~[^\n~]*\S[^\n~]*~")
#: Smiles in letters: emoji of joy by the keyboard. Any other face is strange.
_SMILE = re.compile(r"[:=]-?\)+|[:=]-?D+(?!\w)|<3+(?!\w)|\^_?\^")
#: What an everyday text is made of; a quotation, a face, a drawn line through the letters, a look-alike letter are not.
_EVERYDAY = re.compile(r"[\sA-Za-z0-9àáâãäçèéêëìíîïñòóôõöùúûüÀÁÂÃÄÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜ.,!?;:%*_`~'´’…–—¡-]*")
#: Emoji, and what looks like one: letters in circles and boxes too. It is no word, whatever it is.
EMOJI = re.compile(r"[\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff]")
#: Emoji, flags too; letters in circles and boxes are none.
_REAL_EMOJI = re.compile(
    r"[\u2190-\u245f\u2500-\u2bff\u3030\u303d\U0001f000-\U0001f0ff\U0001f1e6-\U0001f1ff\U0001f200-\U0001faff]"
)
#: A face of marks alone: `._.`, `-_-`, `;-;`.
_FACE = re.compile(r"(?<!\w)[-._,;']*(?:-[._,;]|_[-.;]|\.[-_;]|;[-_.]|'[-_])[-._,;']*(?!\w)")
_MARKUP = re.compile(r"[*_`~]")
_LAUGHTER = re.compile(r"\b(?:k{2,}|(?:rs){2,}|(?:ha){2,}h?|(?:he){2,}h?|(?:hua){2,}h?)\b")
_TOKEN = re.compile(
    r"\d{1,2}[:h]\d{2}(?!\w)|\d+(?:[.,]\d+)?|[a-zñ]+|[?%:,]|[^\W\d_]+|[\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff]"
)
_REPEATED = re.compile(r"([a-zñ])\1{2,}")
_AGAIN = re.compile(r"(?<!\S)(\D\S*)(?: \1)+(?!\S)")
_BEGINNING = re.compile(rf"(?:{_GREETINGS}|{_COURTESIES}|,) (?=\S)")
_ENDING = re.compile(rf"(?<=\S) (?:{_GREETINGS}|{_COURTESIES}|,)$")
#: `manda bom dia` asks for a greeting to be sent.
_GREETING_SENT = re.compile(rf"\b(?:mand|envi|dispar|solt)[a-z]+(?: [^ ,]+)* (?:{_GREETINGS})$")
_COURTEOUS = re.compile(rf"(?:{_COURTESIES})")
_GREETED = re.compile(rf"(?:{_GREETINGS}) \S")


@dataclass(frozen=True, slots=True)
class NormalText:
    """A text in its normal form: `words` are separated by one space, without greetings and courtesies at the ends.

    `whole` is the same with them. `struck` says that a part of it was struck through,
    `strange` that it holds signs that no everyday text does.
    """

    words: str
    whole: str
    struck: bool
    strange: bool = False

    @property
    def greeted(self) -> bool:
        """Whether it begins with a greeting and says something else as well."""
        return _GREETED.match(self.whole) is not None


def normalise(text: str, known: Callable[[str], bool]) -> NormalText:
    """The normal form of a text as somebody wrote it. `known` says whether a word is one of ours."""
    struck = _STRUCK.search(text) is not None
    shown = unicodedata.normalize("NFC", _SMILE.sub("😊", _LOOKS.sub("", _UNSEEN.sub("", text))))
    strange = not _EVERYDAY.fullmatch(_REAL_EMOJI.sub("", shown)) or _FACE.search(shown) is not None
    plain = unicodedata.normalize("NFKC", shown).casefold()
    plain = _without_accents(plain)
    plain = _LAUGHTER.sub("kkk", _MARKUP.sub("", plain).replace("\n", " , "))
    words = [_TYPOS.get(word, word) for word in (_once(token, known) for token in _TOKEN.findall(plain))]
    whole = _tidy(_AGAIN.sub(r"\1", " ".join(words)))
    return NormalText(_without_ends(whole), whole, struck, strange)


def _without_accents(text: str) -> str:
    """The letters without their marks; ñ stays, it is how some write a denial."""
    kept = text.replace("ñ", "\0")
    bare = "".join(c for c in unicodedata.normalize("NFD", kept) if not unicodedata.combining(c))
    return bare.replace("\0", "ñ")


def _once(word: str, known: Callable[[str], bool]) -> str:
    """The word with three or more of a letter made two or one, whichever is known; as it is where none is."""
    if known(word) or not _REPEATED.search(word):
        return word
    for times in (1, 2):
        shorter = _REPEATED.sub(r"\1" * times, word)
        if known(shorter) or shorter in _TYPOS:
            return shorter
    return word


def _tidy(text: str) -> str:
    """The text with one comma where several stand together, and none at its ends."""
    return re.sub(r"(?:, )+,", ",", text).strip(" ,")


def _without_ends(text: str) -> str:
    """The text without greetings and fillers at its ends, never without its last word."""
    while shorter := _BEGINNING.match(text):
        text = text[shorter.end() :]
    while (
        not _COURTEOUS.fullmatch(text)
        and not _GREETING_SENT.search(text)
        and (shorter := _ENDING.search(text))
        and shorter.start() > 0
    ):
        text = text[: shorter.start()]
    return text
