"""The lists, the text for clients and the question of a text, beside the house's of the same facts: checks 4 to 6."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from proactive.campaigns.client_message import LONGEST, SHORTEST, unknown_braces
from proactive.text.sanitize import clean_text
from proactive.words.client_text import FOR_CLIENTS, Quoted, ends_in_question, is_house_text, quoted_places
from proactive.words.fault import WordsFault
from proactive.words.segments import Placed, Rendering
from proactive.words.vocabulary import LIST, NameKind, Vocabulary

#: The fields by which an item of the house's list is known: one of them has to be shown.
_NAMING = frozenset({"nome", "pet"})
_NUMBERED = frozenset({"numero", "texto"})


@dataclass(frozen=True, slots=True)
class ListBlock:
    """What one item of a list came to in a text: its place, blanks at its ends aside, and the fields that it shows."""

    loop: int
    item: int
    start: int
    end: int
    shown: frozenset[str]


def structure_faults(vocabulary: Vocabulary, rendering: Rendering, house: Rendering) -> list[WordsFault]:
    """What a text lacks of what the house's of the same facts shows: lists, kept names, text for clients, question."""
    faults = [fault for name in vocabulary.by_name for fault in _list_faults(vocabulary, name, rendering, house)]
    faults += _kept_faults(vocabulary, rendering, house)
    faults += _client_text_faults(vocabulary, rendering, house)
    if ends_in_question(house.text) and not ends_in_question(rendering.text):
        question = house.text.rsplit("\n", 1)[-1]
        faults.append(WordsFault("question_missing", f"O texto precisa terminar com uma pergunta, como “{question}”"))
    return faults


def _list_faults(vocabulary: Vocabulary, name: str, rendering: Rendering, house: Rendering) -> Iterator[WordsFault]:
    known = vocabulary.by_name[name]
    fields = {field.name for field in known.fields}
    if known.kind is not NameKind.LIST or not (name == LIST or fields >= _NUMBERED):
        return
    expected = [block.item for block in _blocks(house, name)]
    blocks = _blocks(rendering, name)
    if not expected:
        return
    if not blocks:
        yield WordsFault("list_missing", f"Falta a lista “{name}”: {{% for {known.item} in {name} %}}.", node=name)
        return
    found = [block.item for block in blocks]
    if found != expected:
        repeated = len(found) > len(set(found))
        code, words = ("list_repeated", "mais de uma vez") if repeated else ("list_incomplete", "só em parte")
        yield WordsFault(code, f"A lista “{name}” aparece {words}: cada item precisa aparecer uma vez.", node=name)
        return
    for block in blocks:
        line, field = rendering.line(block.start)
        if not _on_own_lines(rendering.text, block):
            words = f"Cada item de “{name}” precisa ficar em linhas só dele."
            yield WordsFault("list_shared_line", words, line, name, field)
            return
        wanted = _NUMBERED if fields >= _NUMBERED else _NAMING & fields
        if not (wanted <= block.shown if fields >= _NUMBERED else wanted & block.shown):
            said = " e ".join(f"{{{{ {known.item}.{each} }}}}" for each in sorted(wanted))
            yield WordsFault("list_nameless", f"Cada item de “{name}” precisa mostrar {said}.", line, name, field)
            return


def _blocks(rendering: Rendering, name: str) -> list[ListBlock]:
    """What the items of a list came to, in the text's order; items that show nothing aside."""
    parts: dict[tuple[int, int], list[Placed]] = {}
    for part in rendering.parts:
        if part.segment.within == name and part.segment.text.strip():
            parts.setdefault((part.segment.loop, part.segment.item), []).append(part)
    found = []
    for (loop, item), own in parts.items():
        first, last = own[0], own[-1]
        start = first.start + len(first.segment.text) - len(first.segment.text.lstrip())
        end = last.end - (len(last.segment.text) - len(last.segment.text.rstrip()))
        shown = frozenset(part.segment.name for part in own if part.segment.name)
        found.append(ListBlock(loop, item, start, end, shown))
    return found


def _on_own_lines(text: str, block: ListBlock) -> bool:
    before = text[text.rfind("\n", 0, block.start) + 1 : block.start]
    ends = text.find("\n", block.end)
    after = text[block.end : ends if ends >= 0 else len(text)]
    return not before.strip() and not after.strip()


def _kept_faults(vocabulary: Vocabulary, rendering: Rendering, house: Rendering) -> Iterator[WordsFault]:
    shown, wanted = _shown_names(rendering), _shown_names(house)
    for name in vocabulary.kept:
        if name in wanted and name not in shown:
            words = f"Falta mostrar {vocabulary.by_name[name].meaning}: {{{{ {name} }}}}."
            yield WordsFault("name_missing", words, node=name)


def _shown_names(rendering: Rendering) -> set[str]:
    return {part.segment.name for part in rendering.parts if part.segment.name and not part.segment.within}


def _client_text_faults(vocabulary: Vocabulary, rendering: Rendering, house: Rendering) -> Iterator[WordsFault]:
    if vocabulary.client_text is None or not quoted_places(house):
        return
    places = quoted_places(rendering)
    if len(places) != 1:
        name = vocabulary.client_text
        words = (
            f'Falta o texto para os clientes, entre aspas no começo e no fim da linha: "{{{{ {name} }}}}".'
            if not places else "Só pode haver um texto para os clientes entre aspas."
        )  # fmt: skip
        line, field = rendering.line(places[1].start) if places else (None, None)
        yield WordsFault("client_text_twice" if places else "client_text_missing", words, line, name, field)
        return
    if not is_house_text(vocabulary, rendering, places[0]):
        yield from _own_text_faults(rendering, places[0])


def _own_text_faults(rendering: Rendering, quoted: Quoted) -> Iterator[WordsFault]:
    line, field = rendering.line(quoted.start)
    names = {part.segment.name for part in quoted.parts if part.segment.name}
    asked = {name for part in quoted.parts for name in part.segment.tested}
    lists = {part.segment.within for part in quoted.parts if part.segment.within}
    for name in sorted((names | asked | lists) - FOR_CLIENTS):
        words = f"O texto para os clientes não pode usar “{name}”, só loja e, na baixa ocupação, os horários."
        yield WordsFault("client_text_names", words, line, name, field)
    text = quoted.for_clients(rendering.text)
    braces = unknown_braces(text)
    if braces:
        words = f"No texto para os clientes só {{nome}} e {{pet}} são preenchidos, não {{{braces[0]}}}."
        yield WordsFault("client_text_braces", words, line, field=field)
    length = len(clean_text(text) or "")
    if not SHORTEST <= length <= LONGEST:
        words = f"O texto para os clientes tem {length} letras; cabem de {SHORTEST} a {LONGEST}."
        yield WordsFault("client_text_length", words, line, field=field)
