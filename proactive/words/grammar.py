"""The grammar: a source becomes a program, or faults by node and line. Checked at saving and at every loading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jinja2 import TemplateSyntaxError, nodes

from proactive.words.expressions import RefusedNode, Sight, read_condition, read_value, refused
from proactive.words.fault import WordsFault
from proactive.words.literal_text import literal_faults, unstorable
from proactive.words.node_words import node_words
from proactive.words.program import ChoiceStep, ListStep, LiteralStep, Program, Step, ValueStep
from proactive.words.tokens import LONGEST_SOURCE, environment, token_faults
from proactive.words.vocabulary import ListField, NameKind

#: The names that a source may use: of lists with their fields.
KnownNames = Mapping[str, tuple[NameKind, Mapping[str, ListField]]]
_MEANS_NOTHING = "Não deu para ler. Confira se cada {% if %} tem o seu {% endif %} e se as chaves fecham."


def read_source(source: str, names: KnownNames) -> Program | list[WordsFault]:
    """The program of a source that uses `names`, or everything that is wrong with it."""
    place = unstorable(source)
    if place is not None:
        half = source[place] != "\x00"
        code, words = ("half_emoji", "meio emoji") if half else ("invisible", "um caractere invisível")
        return [WordsFault(code, f"Há {words} no texto. Apague e escreva de novo.", source.count("\n", 0, place) + 1)]
    if len(source) > LONGEST_SOURCE:
        return [WordsFault("source_too_long", f"O texto tem {len(source)} letras; cabem {LONGEST_SOURCE}.")]
    try:
        faults = token_faults(source)
        return faults or _read(environment().parse(source), names)
    except TemplateSyntaxError as error:
        return [WordsFault("unreadable", _MEANS_NOTHING, error.lineno or 1, "TemplateSyntaxError")]
    except RecursionError:
        return [WordsFault("too_deep", "Há partes demais umas dentro das outras.", node="RecursionError")]
    except Exception as error:  # whatever a parser raises: what cannot be read is refused, and nobody is harmed
        return [WordsFault("unreadable", _MEANS_NOTHING, node=type(error).__name__)]


def _read(tree: nodes.Template, names: KnownNames) -> Program | list[WordsFault]:
    faults: list[WordsFault] = []
    sight = Sight({name: kind for name, (kind, _) in names.items()})
    steps = _steps(tree.body, sight, names, faults)
    program = Program(steps)
    for text, line in program.literals():
        for code, words, place in literal_faults(text):
            faults.append(WordsFault(code, words, line + text.count("\n", 0, place)))
    return faults or program


def _steps(body: list[nodes.Node], sight: Sight, names: KnownNames, faults: list[WordsFault]) -> tuple[Step, ...]:
    found: list[Step] = []
    for node in body:
        parts = node.nodes if isinstance(node, nodes.Output) else [node]
        for part in parts:
            try:
                found.append(_step(part, sight, names, faults))
            except RefusedNode as error:
                faults.append(error.fault)
    return tuple(found)


def _step(node: nodes.Node, sight: Sight, names: KnownNames, faults: list[WordsFault]) -> Step:
    if isinstance(node, nodes.TemplateData):
        return LiteralStep(node.data, node.lineno)
    if isinstance(node, nodes.If):
        return _choice(node, sight, names, faults)
    if isinstance(node, nodes.For):
        return _loop(node, sight, names, faults)
    if isinstance(node, nodes.Filter):
        return _plural(node, sight)
    value = read_value(node, sight)
    if value.kind not in (NameKind.NUMBER, NameKind.TEXT):
        raise refused(node, "kinds", "Este nome é sim ou não: use dentro de um if.")
    return ValueStep(_called(node), value, node.lineno)


def _called(node: nodes.Node) -> str:
    """The name, or the field's alone."""
    return str(node.attr if isinstance(node, nodes.Getattr) else getattr(node, "name", ""))


def _plural(node: nodes.Filter, sight: Sight) -> Step:
    words = [each.value for each in node.args if isinstance(each, nodes.Const)]
    plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs)
    if node.name != "plural" or node.node is None:
        raise refused(node)
    if not plain or len(node.args) != 2 or [type(word) for word in words] != [str, str]:
        raise refused(node, "plural_words", 'O plural pede duas palavras: |plural("agendamento", "agendamentos").')
    value = read_value(node.node, sight)
    if value.kind is not NameKind.NUMBER:
        raise refused(node, "kinds", "Só um número tem singular e plural.")
    return ValueStep(_called(node.node), value, node.lineno, (words[0], words[1]))


def _choice(node: nodes.If, sight: Sight, names: KnownNames, faults: list[WordsFault]) -> Step:
    ways = []
    for way in (node, *node.elif_):
        try:
            condition = read_condition(way.test, sight)
        except RefusedNode as error:
            faults.append(error.fault)
            condition = None
        ways.append((condition, _steps(way.body, sight, names, faults)))
    if node.else_:
        ways.append((None, _steps(node.else_, sight, names, faults)))
    return ChoiceStep(tuple(ways), node.lineno)


def _loop(node: nodes.For, sight: Sight, names: KnownNames, faults: list[WordsFault]) -> Step:
    for wrong, name in ((node.else_, "for/else"), (node.test, "for/if"), (node.recursive, "recursive")):
        if wrong:
            raise refused_as(node, name)
    if sight.loop is not None:
        raise refused_as(node, "nested for")
    if not isinstance(node.target, nodes.Name):
        raise refused_as(node, "loop names")
    if not isinstance(node.iter, nodes.Name):
        raise refused(node.iter)
    loop, name = node.target.name, node.iter.name
    kind, fields = names.get(name, (None, {}))
    if kind is None:
        raise refused(node.iter, "unknown_name", f"Não existe a lista “{name}” nesta mensagem.")
    if kind is not NameKind.LIST:
        raise refused(node.iter, "kinds", f"“{name}” não é uma lista.")
    if loop in names or loop in ("loop", "plural") or loop.lower() in ("true", "false", "none"):
        raise refused(node.target, "loop_name", f"“{loop}” já tem outro sentido: dê outro nome ao item.")
    inside = replace(sight, loop=loop, fields=fields)
    return ListStep(name, loop, _steps(node.body, inside, names, faults), node.lineno)


def refused_as(node: nodes.Node, name: str) -> RefusedNode:
    """The refusal of what a node does not show in its own name."""
    return RefusedNode(WordsFault("not_in_grammar", node_words(name), node.lineno, name))
