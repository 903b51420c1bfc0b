"""Splits SQL into its statements, as PostgreSQL's own scanner would; psycopg and the libraries at hand do not.

Known are strings, quoted names, dollar quotes, and comments, which nest. Bodies of `begin atomic` are not: no migration
has one (docs/decisions/0077-migrating-by-a-command.md).
"""

from __future__ import annotations

import re

#: What may hold a semicolon that ends nothing, and the semicolon itself.
_TOKEN = re.compile(
    r"""(?P<line>--[^\n]*)
      | (?P<block>/\*)
      | (?P<escaped>\b[eE]'(?:[^'\\]|''|\\.)*')
      | (?P<string>'(?:[^']|'')*')
      | (?P<name>"(?:[^"]|"")*")
      | (?P<dollar>(?<![\w$])\$(?P<tag>[A-Za-z_]\w*)?\$.*?\$(?(tag)(?P=tag))\$)
      | (?P<end>;)""",
    re.VERBOSE | re.DOTALL,
)
_BLOCK = re.compile(r"/\*|\*/")


def split(sql: str) -> list[str]:
    """The statements of SQL in their order, each with the comments before it and without its semicolon."""
    found, start, at = list[str](), 0, 0
    while token := _TOKEN.search(sql, at):
        at = _end_of_comment(sql, token.end()) if token["block"] else token.end()
        if token["end"]:
            found.append(sql[start : token.start()].strip())
            start = at
    found.append(sql[start:].strip())
    return [statement for statement in found if bare(statement)]


def bare(sql: str) -> str:
    """SQL without its comments and with single spaces; strings and bodies keep theirs as well as they can."""
    kept, start, at = list[str](), 0, 0
    while token := _TOKEN.search(sql, at):
        at = _end_of_comment(sql, token.end()) if token["block"] else token.end()
        if token["line"] or token["block"]:
            kept.append(sql[start : token.start()])
            start = at
    return " ".join(" ".join([*kept, sql[start:]]).split())


def _end_of_comment(sql: str, at: int) -> int:
    depth = 1
    while depth and (found := _BLOCK.search(sql, at)):
        depth += 1 if found[0] == "/*" else -1
        at = found.end()
    return at if not depth else len(sql)
