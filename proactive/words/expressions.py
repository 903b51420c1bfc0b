"""The conditions of the grammar: whitelisted nodes of Jinja's tree, with kinds known before anything is rendered.

Nothing of Jinja's is executed. What is not read here does not exist.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import nodes

from proactive.words.fault import WordsFault
from proactive.words.node_words import node_name, node_words
from proactive.words.vocabulary import ListField, NameKind

#: The values in sight: each name's, and in a loop its item under the loop's name.
InSight = Mapping[str, Any]
_DEEPEST = 25
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "lteq": operator.le, "gt": operator.gt,
    "gteq": operator.ge,
}  # fmt: skip
_OF_CONSTANTS = {bool: NameKind.YES_NO, int: NameKind.NUMBER, str: NameKind.TEXT}
_KINDS = {NameKind.NUMBER: "número", NameKind.TEXT: "texto", NameKind.YES_NO: "sim/não", NameKind.LIST: "lista"}


class RefusedNode(Exception):
    """A node that the grammar does not have, or that means nothing here."""

    def __init__(self, fault: WordsFault) -> None:
        super().__init__(fault.code)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition or a part of it: its kind, the names that it asks, and its value."""

    kind: NameKind
    names: frozenset[str]
    value: Callable[[InSight], Any]


@dataclass(frozen=True, slots=True)
class Sight:
    """The names that a place of the text may use. In a loop, `loop` is its name and `fields` its items' fields."""

    names: Mapping[str, NameKind]
    loop: str | None = None
    fields: Mapping[str, ListField] | None = None


def refused(node: nodes.Node, code: str = "", words: str = "") -> RefusedNode:
    """The refusal of a node, by its name and line."""
    name = node_name(node)
    return RefusedNode(WordsFault(code or "not_in_grammar", words or node_words(name), node.lineno, name))


def read_expression(node: nodes.Node, sight: Sight, depth: int = 0) -> Expression:
    """The condition that a node is.

    Raises:
        RefusedNode: it has what the grammar does not, or compares what cannot be compared.
    """
    if depth > _DEEPEST:
        raise refused(node, "too_deep", "Esta condição tem partes demais umas dentro das outras.")
    if isinstance(node, nodes.Name | nodes.Getattr):
        return read_value(node, sight)
    if isinstance(node, nodes.Const):
        return _constant(node)
    if isinstance(node, nodes.Not):
        inner = _asked(read_expression(node.node, sight, depth + 1), node)
        return Expression(NameKind.YES_NO, inner.names, lambda seen: not inner.value(seen))
    if isinstance(node, nodes.And | nodes.Or):
        return _joined(node, sight, depth)
    if isinstance(node, nodes.Compare):
        return _comparison(node, sight, depth)
    raise refused(node)


def read_value(node: nodes.Node, sight: Sight) -> Expression:
    """The value that a name or a field of a loop's item is. Raises RefusedNode for any other node."""
    if isinstance(node, nodes.Name):
        name = node.name
        kind = sight.names.get(name)
        if name == sight.loop:
            raise refused(node, "item_alone", f"Diga qual campo de “{name}” mostrar, por exemplo {name}.nome.")
        if kind is None:
            raise refused(node, "unknown_name", f"Não existe o nome “{name}” nesta mensagem.")
        if kind is NameKind.LIST:
            raise refused(node, "list_outside_for", f"“{name}” é uma lista: use {{% for item in {name} %}}.")
        return Expression(kind, frozenset({name}), lambda seen: seen[name])
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        loop, field = node.node.name, node.attr
        if sight.loop is None or loop != sight.loop:
            raise refused(node, "not_in_grammar", f"“{loop}.{field}” só existe dentro do for de uma lista.")
        known = (sight.fields or {}).get(field)
        if known is None:
            raise refused(node, "unknown_name", f"Não existe o campo “{field}” nesta lista.")
        return Expression(known.kind, frozenset({f"{loop}.{field}"}), lambda seen: seen[loop][field])
    raise refused(node)


def read_condition(node: nodes.Node, sight: Sight) -> Expression:
    """The condition of an `if`: anything that is known to be true or not. Raises RefusedNode."""
    return _asked(read_expression(node, sight), node)


def _asked(read: Expression, node: nodes.Node) -> Expression:
    if read.kind is NameKind.LIST:
        raise refused(node)
    return read


def _constant(node: nodes.Const) -> Expression:
    kind, value = _OF_CONSTANTS.get(type(node.value)), node.value
    if kind is None:
        raise refused(node)
    return Expression(kind, frozenset(), lambda _: value)


def _joined(node: nodes.And | nodes.Or, sight: Sight, depth: int) -> Expression:
    left = _asked(read_expression(node.left, sight, depth + 1), node)
    right = _asked(read_expression(node.right, sight, depth + 1), node)
    names = left.names | right.names
    if isinstance(node, nodes.And):
        return Expression(NameKind.YES_NO, names, lambda seen: bool(left.value(seen)) and bool(right.value(seen)))
    return Expression(NameKind.YES_NO, names, lambda seen: bool(left.value(seen)) or bool(right.value(seen)))


def _comparison(node: nodes.Compare, sight: Sight, depth: int) -> Expression:
    first = read_expression(node.expr, sight, depth + 1)
    left, names, pairs = first, first.names, []
    for operand in node.ops:
        operand.lineno = node.lineno
        compare = _COMPARISONS.get(operand.op)
        if compare is None:
            raise refused(operand)
        right = read_expression(operand.expr, sight, depth + 1)
        _comparable(left, right, operand)
        pairs.append((left, compare, right))
        names, left = names | right.names, right
    return Expression(
        NameKind.YES_NO, names, lambda seen: all(each(one.value(seen), two.value(seen)) for one, each, two in pairs)
    )


def _comparable(left: Expression, right: Expression, operand: nodes.Operand) -> None:
    if left.kind is not right.kind:
        words = f"Não dá para comparar {_KINDS[left.kind]} com {_KINDS[right.kind]}."
    elif left.kind is NameKind.TEXT and operand.op not in ("eq", "ne"):
        words = "Textos só se comparam com == e !=."
    elif left.kind in (NameKind.YES_NO, NameKind.LIST):
        words = "O que já é sim ou não fica sozinho no if, sem comparação."
    else:
        return
    raise refused(operand, "kinds", words)
