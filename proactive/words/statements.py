"""What a text states: its figures, other numbers beside their words, and denials. Publishing's checks 1 to 3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from proactive.text.formats import integer
from proactive.words.denials import denied_numbers
from proactive.words.fault import WordsFault
from proactive.words.figure_reading import FigureReader, is_figure_word
from proactive.words.masking import masked_text, own_text_blocks
from proactive.words.read_tokens import ReadToken, TokenKind, amount, is_adorned, tokens_of
from proactive.words.segments import Placed, Rendering
from proactive.words.vocabulary import FigureClaim, Vocabulary
from proactive.words.word_numbers import with_numbers_in_words


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """A number of a text. `name` is the figure whose value it is, empty where it is literal text."""

    place: int
    token: ReadToken
    name: str


def statement_faults(
    vocabulary: Vocabulary, rendering: Rendering, values: Mapping[str, Any], *, quoted: bool
) -> list[WordsFault]:
    """What is wrong with the figures, other numbers and denials of a text whose names have `values`.

    `quoted` says whether the house text of the same facts shows a text for clients: what stands between quotation marks
    is then not read.
    """
    reading = _Reading(vocabulary, rendering, values, quoted=quoted)
    faults = [*reading.figures(), *reading.other_numbers(), *reading.denials()]
    if faults:
        # numbers may stand above their words, all of them
        turned = _Reading(vocabulary, rendering, values, quoted=quoted, after_first=True)
        faults = min(faults, [*turned.figures(), *turned.other_numbers(), *turned.denials()], key=len)
    for part in own_text_blocks(rendering):
        faults += _Reading(vocabulary, rendering, values, part).other_numbers()
    return faults


class _Reading:
    """A text read once. `block` is one item of a list, which is read for other numbers alone."""

    def __init__(
        self, vocabulary: Vocabulary, rendering: Rendering, values: Mapping[str, Any],
        block: tuple[int, int] | None = None, *, quoted: bool = False, after_first: bool = False,
    ) -> None:  # fmt: skip
        self.vocabulary, self.rendering = vocabulary, rendering
        self.claims = vocabulary.figures
        self.values = {claim.name: _value(claim, values) for claim in self.claims}
        text = masked_text(vocabulary, rendering, block, quoted)
        self.tokens = with_numbers_in_words(tokens_of(text, rendering.text), self._is_figure_word)
        self.reader = FigureReader(self.tokens, self.claims, after_first=after_first)
        self.numbers = list(self._numbers())

    def figures(self) -> Iterator[WordsFault]:
        """Each figure that is not stated, is stated wrong, or with a hedge beside it."""
        stated: set[str] = set()
        for number in self.numbers:
            read = self.reader.figures_of(number.place)
            strictly = self.reader.figures_of(number.place, strict=True)
            right = [claim for claim in strictly if self._is(number, claim)]
            if number.name and read and not any(self._is(number, claim) for claim in read):
                yield self._fault("figure_wrong", number, self._wrong(number, read[0]))
            for claim in right:
                exempt = self.reader.stands_after(number.place, claim.after) if claim.after else []
                hedge = self.reader.hedge_at(number.place, exempt or ())
                if hedge is not None:
                    yield self._fault("figure_hedged", number, _hedged(number, hedge))
                elif exempt is not None:
                    stated.add(claim.name)
        for claim in self.claims:
            zero = claim.unless_zero and self.values[claim.name] == 0
            if claim.name not in stated and not zero:
                yield WordsFault("figure_missing", self._missing(claim), node=claim.name or None)

    def other_numbers(self) -> Iterator[WordsFault]:
        """Numbers in literal text that stand beside a figure's word and are not that figure."""
        for number in self.numbers:
            read = [] if number.name else self.reader.figures_of(number.place)
            if read and not any(self._is(number, claim) for claim in read):
                yield self._fault("other_number", number, self._wrong(number, read[0]))

    def denials(self) -> Iterator[WordsFault]:
        """Denials in a clause with a number other than 0."""
        for denial, number in denied_numbers(self.tokens, self.rendering.text):
            line, field = self.rendering.line(denial.start)
            words = f"“{denial.text}” não pode ficar na mesma frase que um número ({number.text})."
            yield WordsFault("denial", words, line, field=field)

    def plural_hints(self) -> Iterator[WordsFault]:
        """Figures that stand directly before a word of the wrong number; never a refusal."""
        for number in self.numbers:
            following = self.tokens[number.place + 1] if number.place + 1 < len(self.tokens) else None
            value = number.token.value
            if following is None or following.gap or value is None or number.token.money or not number.name:
                continue
            if is_figure_word(self.claims, following.text, True) and (value == 1) == following.text.endswith("s"):
                words = f"“{number.token.text} {following.text}”: confira o singular e o plural."
                line, field = self.rendering.line(number.token.start)
                yield WordsFault("plural", words, line, field=field, hint=True)

    def _is_figure_word(self, word: str, counting: bool) -> bool:
        return is_figure_word(self.claims, word, counting)

    def _numbers(self) -> Iterator[StatedNumber]:
        for place, token in enumerate(self.tokens):
            if token.kind is TokenKind.MOMENT:
                yield StatedNumber(place, token, "")
            if token.kind is not TokenKind.NUMBER:
                continue
            part = self.rendering.at(token.start)
            name = self._figure(part, token) if part is not None else ""
            yield StatedNumber(place, token, name)

    def _figure(self, part: Placed, token: ReadToken) -> str:
        """The figure that a token is the value of, nothing added to it."""
        name = part.segment.name
        whole = token.start >= part.start and token.end <= part.end
        known = name in self.vocabulary.by_name and self.vocabulary.by_name[name].figure and not part.segment.within
        return name if known and whole and not is_adorned(self.rendering.text, part.start, part.end) else ""

    def _is(self, number: StatedNumber, claim: FigureClaim) -> bool:
        value = self.values[claim.name]
        if number.name == claim.name and claim.name:
            return not number.token.multiplied and (number.token.value is not None or claim.money)
        same = number.token.value is not None and number.token.value == value
        return same and (number.token.money == claim.money or value == 0)

    def _fault(self, code: str, number: StatedNumber, words: str) -> WordsFault:
        line, field = self.rendering.line(number.token.start)
        return WordsFault(code, words, line, field=field)

    def _wrong(self, number: StatedNumber, claim: FigureClaim) -> str:
        return f"“{number.token.text}” parece falar de {claim.label}, mas o número certo é {self._shown(claim)}."

    def _missing(self, claim: FigureClaim) -> str:
        after = f", depois de “{' '.join(claim.after)}”" if claim.after else ""
        return f"Falta dizer {claim.label} ({self._shown(claim)}) ao lado da palavra certa{after}."

    def _shown(self, claim: FigureClaim) -> str:
        value = self.values[claim.name]
        if claim.money:
            return f"R$ {value:,.2f}".translate(str.maketrans(",.", ".,"))
        return integer(int(value))


def plural_hints(vocabulary: Vocabulary, rendering: Rendering, values: Mapping[str, Any]) -> list[WordsFault]:
    """The figures of a text that stand beside a word of the wrong number, as hints."""
    return list(_Reading(vocabulary, rendering, values).plural_hints())


def _value(claim: FigureClaim, values: Mapping[str, Any]) -> Decimal:
    if claim.constant is not None:
        return Decimal(claim.constant)
    value = values[claim.name]
    if isinstance(value, str):
        return (amount(value.lstrip("-")) or Decimal(0)) * (-1 if value.startswith("-") else 1)
    return Decimal(value)


def _hedged(number: StatedNumber, hedge: ReadToken) -> str:
    return f"“{hedge.text}” ao lado de {number.token.text} deixa o número incerto."
