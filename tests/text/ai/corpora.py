"""Lines that the AI might write, true and untrue, in two halves.

The `held_out` halves were written before the phrases, and nothing is widened for them: what they measure is how the
phrases generalise, as `fresh` and `set_aside` do. `strict` was written by a stranger from the rules alone,
`instructed` as models would write under our instructions. `by_the_rules` are lines of the older lists that break the
rules, each under the rule that it breaks. `\\u200b` and the like stand for characters that cannot be seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent / "data"
_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|([nrt]))")


def lines_of(name: str) -> Iterator[tuple[str, str]]:
    """Each line of a corpus with the heading that it stands under."""
    heading = ""
    for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            heading = line.removeprefix("# ")
        else:
            yield heading, _ESCAPE.sub(_unescaped, line)


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else {"n": "\n", "r": "\r", "t": "\t"}[found[2]]
