"""The tokens of a template: what leaves no node of its own in the tree is refused here, and sizes are counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from jinja2 import Environment

from proactive.words.fault import WordsFault
from proactive.words.node_words import node_words

#: Characters of a template's source, and tags (`{%` and `{{`) in it, at most.
LONGEST_SOURCE, MOST_TAGS = 8000, 60
_TAGS = frozenset({"if", "elif", "else", "endif", "for", "endfor"})
_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")
_DEEPEST = 20
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_Token = tuple[int, str, str]


@cache
def environment() -> Environment:
    """Jinja's environment that reads templates; line breaks after tags go as in the house texts."""
    return Environment(trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - nothing is rendered by it


def token_faults(source: str) -> list[WordsFault]:
    """What the tokens of a source show to be refused, each by its line.

    Raises:
        jinja2.TemplateSyntaxError, or whatever else Jinja raises: the source is no template.
    """
    found: list[WordsFault] = []
    open_blocks: list[str] = []
    tags = 0
    for kind, tag in _tags(source):
        tags += 1
        found += _values(tag)
        if kind == "raw_begin":
            found.append(_refusal("raw", tag[0][0]))
        elif kind == "block_begin" and len(tag) > 1:
            found += _block(tag, open_blocks)
    if tags > MOST_TAGS:
        found.append(WordsFault("too_many_tags", f"São {tags} comandos entre chaves; cabem {MOST_TAGS}."))
    return found


def _tags(source: str) -> Iterator[tuple[str, list[_Token]]]:
    """Each tag with its tokens, the opening one first; without blanks."""
    tag: list[_Token] = []
    for token in environment().lex(source):
        _, kind, _ = token
        if kind in ("block_begin", "variable_begin", "raw_begin"):
            tag = [token]
        elif tag and kind not in ("whitespace", "block_end", "variable_end", "raw_end"):
            if tag[0][1] != "raw_begin":
                tag.append(token)
        elif tag and kind != "whitespace":
            yield tag[0][1], tag
            tag = []


def _values(tag: list[_Token]) -> Iterator[WordsFault]:
    depth, before = 0, ""
    for line, kind, value in tag[1:]:
        if kind == "float":
            yield _refusal("FloatLiteral", line)
        elif kind == "integer" and not _WHOLE_NUMBER.fullmatch(value):
            yield _refusal("BigLiteral", line)
        elif kind == "string" and before == "string":
            yield _refusal("joined strings", line)
        depth += _BRACKETS.get(value, 0) if kind == "operator" else 0
        if depth > _DEEPEST:
            yield WordsFault("too_deep", "Há parênteses demais uns dentro dos outros.", line, "parentheses")
            return
        before = kind


def _block(tag: list[_Token], open_blocks: list[str]) -> Iterator[WordsFault]:
    line, _, word = tag[1]
    if word not in _TAGS:
        yield _refusal(word, line)
    elif word in ("if", "for"):
        if word == "for" and "for" in open_blocks:
            yield _refusal("nested for", line)
        open_blocks.append(word)
    elif word in ("else", "elif"):
        if open_blocks and open_blocks[-1] == "for":
            yield _refusal("for/else", line)
    elif open_blocks:
        open_blocks.pop()


def _refusal(name: str, line: int) -> WordsFault:
    return WordsFault("not_in_grammar", node_words(name), line, name)
