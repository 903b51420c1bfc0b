"""Whether a line that the AI wrote may stand in its slot. What is unclear may not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from proactive.model.ai import LineRefusal, Slot
from proactive.text.ai.agreement import Agreement
from proactive.text.ai.grammar import Grammar
from proactive.text.framing import Greeted
from proactive.text.mood import Mood

#: Longest text of a slot, in characters, before and after the owner's name is filled in.
LINE_LIMIT = 160
#: What stands for the owner's first name in what the AI writes.
NAME = "{nome}"

_MOST_SENTENCES = 2
_MOST_EMOJI = 3
# How often a word of some length may come, and how long that is.
_MOST_REPEATS, _WORTH_COUNTING = 2, 4
_JOYFUL = frozenset({Mood.ACCOMPLISHED, Mood.FESTIVE})
_PORTUGUESE = frozenset("abcdefghijklmnopqrstuvwxyzáàâãéêíóôõúüç-")
_ARTICLES = frozenset({"o", "a", "os", "as"})
# What known words must not stand beside, but for an article: a wish for what is the owner's is a request, as one for
# calm is, and the feast of a pet's birthday is not the owner's.
_NEVER = frozenset(
    {("muita", "calma"), ("sua", "festa"), ("suas", "festas"), ("sua", "comemoração"), ("sua", "celebração")}
    # nobody's health is known, though it may be wished
    | {("saúde", "perfeita"), ("perfeita", "saúde")}
    | {(desire, yours) for desire in ("desejo", "desejamos", "espero") for yours in ("seu", "sua", "seus", "suas")}
)
# A feast is of all: what is said to be for the owner would be the owner's.
_NEVER_FOR = frozenset({("festa", to, person) for to in ("para", "pra") for person in ("você", "vocês", NAME)})
# At 18:00 Brazilians say both "boa tarde" and "boa noite"; at 17:00 they wish a good night, but do not greet with one.
_PARTS = ((5, "night"), (12, "morning"), (17, "afternoon"), (18, "late_afternoon"), (19, "nightfall"), (24, "night"))
_BY_HOUR = ("day_greeting", "part", "daytime_now", "rest_now", "rest_deed", "slept")
_BY_MOOD = ("mood_act", "mood_warm", "mood_quality", "mood_meet", "mood_held", "mood_within")

_RESTS = ("descans", "repous", "sono")


class _Unknown(Exception):
    """A character or a capital that has no place in a line."""


class LineCheck:
    """Checks lines by a grammar of phrases; one object serves any number of threads."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._agreement = Agreement(grammar.classes)
        self._comfort = grammar.classes["comfort"]
        self._emoji, self._joyful_emoji = grammar.classes["emoji"], grammar.classes["joyful_emoji"]
        emoji = "|".join(map(re.escape, sorted(self._emoji | self._joyful_emoji, key=len, reverse=True)))
        self._sign = re.compile(
            rf"(?P<emoji>{emoji})|(?P<end>[.!]{{1,3}}|…)(?![\w{{])|(?P<comma>[,:;](?= )| [–—](?= ))|(?P<space> )"
            r"|(?P<word>\{nome\}|[^\W\d_]+(?:-[^\W\d_]+)*)(?![\w{-])"
        )

    def why_unfit(self, text: str, slot: Slot, mood: Mood, greeted: Greeted) -> LineRefusal | None:
        """Why `text` may not stand in the slot of a message of that mood to that owner; None if it may.

        Nothing is normalised: a letter that is not plainly Portuguese, an accent apart from its letter and a
        character that cannot be seen are refused as they are, so that none of them can stand for another one.
        """
        if max(len(text), len(filled(text, greeted))) > LINE_LIMIT:
            return LineRefusal.TOO_LONG
        try:
            sentences = [sentence for sentence in self._sentences(text, mood) if sentence]
        except _Unknown:
            return LineRefusal.CHARACTERS
        if not sentences:
            return LineRefusal.MISSING
        words = [word for sentence in sentences for word in sentence]
        if words.count(NAME) > (greeted.name is not None):
            return LineRefusal.NAME
        bound = bindings(mood, greeted.hour)
        hails = slot is Slot.OPENING and self._grammar.accepts("hail", sentences[0], bound)
        if len(sentences) > _MOST_SENTENCES + hails:
            return LineRefusal.SENTENCES
        repeats = Counter(word for word in words if len(word) >= _WORTH_COUNTING)
        fits = all(
            line[-1] != ","
            and _may_neighbour(line)
            and _is_for_the_living(line)
            and self._agreement.holds(line)
            and self._is_known(slot, line, bound)
            for line in sentences
        )
        return None if fits and max(repeats.values(), default=0) <= _MOST_REPEATS else LineRefusal.PHRASES

    def _is_known(self, slot: Slot, sentence: list[str], bound: dict[str, str]) -> bool:
        """Whether the sentence is a phrase of the slot, with or without the name that addresses the owner in it."""
        if len(sentence) == 1 and sentence[0] in self._comfort:
            return False  # "Coragem!" by itself says that something is wrong
        return any(self._grammar.accepts(slot, words, bound) for words in _unaddressed(sentence))

    def _sentences(self, text: str, mood: Mood) -> Iterator[list[str]]:
        """The words and commas of each sentence, in lower case. An emoji ends a sentence too. Raises _Unknown."""
        allowed = self._emoji | (self._joyful_emoji if mood in _JOYFUL else frozenset())
        sentence: list[str] = []
        emoji, at, line = 0, 0, text.strip(" ")
        while at < len(line):
            found = self._sign.match(line, at)
            if found is None:
                raise _Unknown
            sign, at = found[0], found.end()
            if found["word"]:
                sentence.append(_word(sign, is_first=not sentence))
            elif found["comma"]:
                sentence.append(",")
            elif found["end"] or found["emoji"]:
                yield sentence
                sentence = []
                emoji += found["emoji"] is not None
            if emoji > _MOST_EMOJI or (found["emoji"] and sign not in allowed):
                raise _Unknown
        yield sentence


def filled(text: str, greeted: Greeted) -> str:
    """`text` with the owner's first name."""
    return text.replace(NAME, greeted.name) if greeted.name else text


def bindings(mood: Mood, hour: int) -> dict[str, str]:
    """What the names mean in the grammar that depend on the mood, and on the local hour (0 to 23)."""
    part = next(part for before, part in _PARTS if hour < before)
    by_hour = {name: f"{name.removesuffix('_now')}_{part}" for name in _BY_HOUR}
    return by_hour | {name: f"{name}_{mood}" for name in _BY_MOOD}


def _is_for_the_living(sentence: list[str]) -> bool:
    """Whether a sentence says nothing that is said of the dead: a rest in peace, a soul that rests."""
    rests = any(word.startswith(_RESTS) for word in sentence)
    return not (rests and ("alma" in sentence or ("em", "paz") in set(pairwise(sentence))))


def _may_neighbour(sentence: list[str]) -> bool:
    words = [word for word in sentence if word not in _ARTICLES]
    return _NEVER.isdisjoint(pairwise(words)) and _NEVER_FOR.isdisjoint(zip(words, words[1:], words[2:], strict=False))


def _unaddressed(sentence: list[str]) -> Iterator[list[str]]:
    """The sentence as it is, then without the name that addresses the owner between two commas of it."""
    yield sentence
    if NAME in sentence:
        at = sentence.index(NAME)
        if sentence[at - 1 : at + 2] == [",", NAME, ","]:
            yield sentence[: at - 1] + sentence[at + 2 :]
            yield sentence[:at] + sentence[at + 2 :]


def _word(written: str, *, is_first: bool) -> str:
    """A word in lower case. Raises _Unknown where its letters are not Portuguese or a capital makes it a name."""
    word = written.lower()
    is_plain = written == NAME or _PORTUGUESE.issuperset(word)
    is_cased = written in (NAME, word) or (is_first and written == word.capitalize())
    if not (is_plain and is_cased):
        raise _Unknown
    return word
