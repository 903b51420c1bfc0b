"""Denials in a clause with a number other than 0: `não foram 12 agendamentos`. A reminder or a wish stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from proactive.words.number_words import DENIALS, REMINDER_PRONOUNS, REMINDERS
from proactive.words.read_tokens import ReadToken, TokenKind

_APART, _LINE = 2, 3
#: A denial so near to a line's end goes on in the next one.
_TRAILING = 2
_BLANKS = " \t\u00a0*_\"'"


def denied_numbers(tokens: Sequence[ReadToken], text: str) -> Iterator[tuple[ReadToken, ReadToken]]:
    """Of each clause of a text that denies a number: the denial, and the number."""
    for clause in _clauses(tokens, text):
        counted = [token for token in clause if token.kind is TokenKind.NUMBER and token.value != 0]
        for place, token in enumerate(clause):
            if counted and denies(token) and not _only_reminds(clause, place, text):
                yield token, counted[0]
                break


def denies(token: ReadToken) -> bool:
    """Whether a token is a denial."""
    return token.kind is TokenKind.WORD and any(part in DENIALS for part in token.parts)


def _clauses(tokens: Sequence[ReadToken], text: str) -> Iterator[list[ReadToken]]:
    clause: list[ReadToken] = []
    for token in tokens:
        trailing = token.gap == _LINE and any(map(denies, clause[-1 - _TRAILING :]))
        if token.gap >= _APART and not (trailing and not text[clause[-1].end : token.start].strip()):
            yield clause
            clause = []
        clause.append(token)
    yield clause


def _only_reminds(clause: Sequence[ReadToken], place: int, text: str) -> bool:
    """Whether a denial asks for something (`não esqueça de confirmar`), set apart from every number of its clause."""
    following = [token.text for token in clause[place + 1 : place + 3]]
    asks = bool(following) and (
        following[0] in REMINDERS or (following[0] in REMINDER_PRONOUNS and following[-1] in REMINDERS)
    )
    numbers = [other for other, token in enumerate(clause) if token.kind is TokenKind.NUMBER and token.value != 0]
    return asks and all(_set_apart(clause, min(place, other), max(place, other), text) for other in numbers)


def _set_apart(clause: Sequence[ReadToken], first: int, last: int, text: str) -> bool:
    pairs = zip(clause[first:last], clause[first + 1 : last + 1], strict=True)
    return any(text[one.end : other.start].strip(_BLANKS) for one, other in pairs)
