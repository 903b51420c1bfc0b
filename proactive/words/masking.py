"""What of a text is not read for figures: values of names that are none, lists, the text for clients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from proactive.words.client_text import quoted_places
from proactive.words.read_tokens import BLANK
from proactive.words.segments import Placed, Rendering
from proactive.words.vocabulary import NameKind, Vocabulary


def masked_text(vocabulary: Vocabulary, rendering: Rendering, block: tuple[int, int] | None, quoted: bool) -> str:
    """The text with blanks in place of what is not read; of a list's item (`block`) only its own text is.

    `quoted` says whether what stands between quotation marks is for clients.
    """
    text = list(rendering.text)
    figures = {name.name for name in vocabulary.names if name.figure and name.kind is not NameKind.LIST}
    places = quoted_places(rendering)[:1] if quoted and not block else []
    hidden: list[tuple[int, int]] = [(place.start, place.end) for place in places]
    if block:
        hidden += [(0, block[0]), (block[1], len(text))]
    for part in rendering.parts:
        segment = part.segment
        in_list = bool(segment.within)
        if (in_list and not block) or (segment.name and (in_list or segment.name not in figures)):
            hidden.append((part.start, part.end))
    return "".join(_with_blanks(text, hidden))


def _with_blanks(text: list[str], hidden: Iterable[tuple[int, int]]) -> Sequence[str]:
    for start, end in hidden:
        for place in range(start, end):
            if text[place] != "\n":
                text[place] = BLANK
    return text


def own_text_blocks(rendering: Rendering) -> Iterator[tuple[int, int]]:
    """Where items of lists stand: of each loop those whose own text differs, the others say nothing else."""
    blocks: dict[tuple[int, int], list[Placed]] = {}
    for part in rendering.parts:
        if part.segment.within:
            blocks.setdefault((part.segment.loop, part.segment.item), []).append(part)
    seen: set[str] = set()
    for parts in blocks.values():
        literal = "".join(part.segment.text for part in parts if part.segment.literal)
        if literal not in seen:
            seen.add(literal)
            yield parts[0].start, parts[-1].end
