"""Which figure a number of a text is read as: the one whose words stand nearest, at most two other words away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from proactive.words.number_words import CONNECTORS, HEDGED_BY, HEDGES, LEADING_HEDGES
from proactive.words.read_tokens import ReadToken, TokenKind
from proactive.words.vocabulary import FigureClaim

#: Other words that may stand between a number and a figure's word.
_FURTHEST = 2
#: From this gap on, what follows is no longer said in one breath.
_APART = 2


@dataclass(frozen=True, slots=True)
class Reach:
    """How a number reaches a word: over which gap, with how many other words between; the word's place."""

    gap: int
    distance: int
    place: int


class FigureReader:
    """Reads the numbers of one text as figures of `claims`.

    Where a word before a number and one after it are as near, the one before it is read; `after_first` turns that
    round (`12` above `agendamentos` instead of below).
    """

    def __init__(
        self, tokens: Sequence[ReadToken], claims: Sequence[FigureClaim], *, after_first: bool = False
    ) -> None:
        self.tokens, self.claims, self.after_first = tokens, claims, after_first

    def figures_of(self, place: int, *, strict: bool = False) -> list[FigureClaim]:
        """The figures that the number at a place is read as: the nearest one, several where one word says several.

        Where `strict`, no word counts that another number is nearer to.
        """
        reached = {claim.name: found for claim in self.claims if (found := self._reached(place, claim, strict))}
        for claim in self.claims:
            if claim.name in reached and claim.may_stand:
                self._give_way(claim, reached)
        ranks = {name: self._rank(place, reach) for name, (reach, _) in reached.items()}
        nearest = min(ranks.values(), default=None)
        return [claim for claim in self.claims if claim.name in ranks and ranks[claim.name] == nearest]

    def _rank(self, place: int, reach: Reach) -> tuple[int, int, bool]:
        return reach.gap, reach.distance, (reach.place > place) is not self.after_first

    def hedge_at(self, place: int, exempt: Sequence[int] = ()) -> ReadToken | None:
        """The word that makes the number at a place vague; None where none stands beside it."""
        for step in (-1, 1):
            between, other = 0, place + step
            while 0 <= other < len(self.tokens) and between <= _FURTHEST:
                token = self.tokens[other]
                if token.kind in (TokenKind.NUMBER, TokenKind.BLANK):
                    break
                if other not in exempt and self._is_hedge(other) and self._hedges(other, place):
                    return token
                between, other = between + 1, other + step
        return None

    def stands_after(self, place: int, words: Sequence[str]) -> list[int] | None:
        """The places of the words that stand directly before a number; None where they do not."""
        first = place - len(words)
        if first < 0 or [token.text for token in self.tokens[first:place]] != list(words):
            return None
        return list(range(first, place))

    def _reached(self, place: int, claim: FigureClaim, strict: bool) -> tuple[Reach, list[int]] | None:
        """The nearest word of a figure, and the places of all words that are needed; None where one is too far."""
        found = []
        for words in claim.words:
            reaches = self._words(place, claim, words)
            if len(claim.words) == 1:
                reaches = [each for each in reaches if self._may(place, each, strict)]
            if not reaches:
                return None
            found.append(min(reaches, key=lambda each: (each.gap, each.distance)))
        nearest = min(found, key=lambda each: each.distance)
        if len(found) > 1 and not self._may(place, nearest, strict):
            return None
        return Reach(max(each.gap for each in found), nearest.distance, nearest.place), [each.place for each in found]

    def _words(self, place: int, claim: FigureClaim, words: str) -> list[Reach]:
        """How a number reaches each word that matches, up to the next number on either side."""
        found = []
        if claim.money and self.tokens[place].money and re.fullmatch(words, "r$"):
            found.append(Reach(0, -1, place))
        for step in (-1, 1):
            between = gap = 0
            other = place
            while True:
                other += step
                if not 0 <= other < len(self.tokens):
                    break
                token = self.tokens[other]
                gap = max(gap, self.tokens[other + 1].gap if step < 0 else token.gap)
                if token.kind is TokenKind.NUMBER:
                    break
                if token.kind is TokenKind.WORD and _matches(words, token.text):
                    found.append(Reach(gap, between, other))
                if token.kind is not TokenKind.BLANK and not _matches(claim.may_stand, token.text):
                    between += 1
                if between > _FURTHEST:
                    break
        return found

    def _may(self, place: int, reach: Reach, strict: bool) -> bool:
        """Whether a number may be read with a word: not where the word's other number is nearer, in the same breath
        only where `strict`."""
        if reach.distance < 0:
            return True
        if self.tokens[place].kind is TokenKind.MOMENT:
            return reach.gap == 0 and reach.distance == 0
        other = self._number_beyond(place, reach.place)
        nearer = other is not None and (other.gap, other.distance) < (reach.gap, reach.distance)
        return not nearer if strict or reach.gap >= _APART else True

    def _number_beyond(self, place: int, word: int) -> Reach | None:
        """The next number on a word's other side, as the word reaches it: it may be the word's own."""
        step = 1 if word > place else -1
        between = gap = 0
        other = word
        while between <= _FURTHEST:
            other += step
            if not 0 <= other < len(self.tokens):
                return None
            gap = max(gap, self.tokens[other + 1].gap if step < 0 else self.tokens[other].gap)
            if self.tokens[other].kind is TokenKind.NUMBER:
                return Reach(gap, between, other)
            between += self.tokens[other].kind is not TokenKind.BLANK
        return None

    def _give_way(self, claim: FigureClaim, reached: dict[str, tuple[Reach, list[int]]]) -> None:
        """Take other figures away whose word may stand beside this one's (`12 agendamentos pendentes`)."""
        own = reached[claim.name][1]
        for name, (reach, _) in list(reached.items()):
            word = self.tokens[reach.place]
            beside = min(abs(reach.place - each) for each in own) == 1
            later = max([reach.place, *own])
            if name != claim.name and beside and _matches(claim.may_stand, word.text) and not self.tokens[later].gap:
                del reached[name]

    def _is_hedge(self, place: int) -> bool:
        token = self.tokens[place]
        if token.kind is not TokenKind.WORD:
            return False
        if token.text in HEDGED_BY:
            return self.tokens[max(place - 1, 0)].text == HEDGED_BY[token.text]
        return token.text in LEADING_HEDGES or any(part in HEDGES for part in token.parts)

    def _hedges(self, hedge: int, place: int) -> bool:
        """Whether a hedge is about the number at a place: it belongs to the number that it leads to, if to any."""
        following = self._led_to(hedge)
        if following is not None or self.tokens[hedge].text in LEADING_HEDGES:
            return following == place
        one, two = sorted((hedge, place))
        return max(token.gap for token in self.tokens[one + 1 : two + 1]) < _APART

    def _led_to(self, hedge: int) -> int | None:
        """The number, or blank value, to which a hedge leads over small words alone (`mais de 30`)."""
        for place in range(hedge + 1, len(self.tokens)):
            token = self.tokens[place]
            if token.kind in (TokenKind.NUMBER, TokenKind.BLANK):
                return place
            if token.text not in CONNECTORS and not self._is_hedge(place):
                return None
        return None


@lru_cache(maxsize=4096)
def _matches(words: str, text: str) -> bool:
    return bool(words) and any(re.fullmatch(words, part) for part in (text, *text.split("-")))


def is_figure_word(claims: Sequence[FigureClaim], word: str, counting: bool) -> bool:
    """Whether a folded word is one by which a figure is stated.

    `counting`: as the word after `um`, which is an article before `dia` and before words of money.
    """
    if counting and word in ("dia", "dias"):
        return False
    return any(_matches(words, word) for claim in claims if not (counting and claim.money) for words in claim.words)
