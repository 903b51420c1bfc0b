"""What the grammar does not have, named for the page: Jinja's nodes and tags, in Portuguese."""

from __future__ import annotations

from jinja2 import nodes

_IN_WORDS = {
    "Call": "chamada de função", "Getitem": "colchetes", "Slice": "colchetes", "Add": "conta", "Sub": "conta",
    "Mul": "conta", "Div": "conta", "FloorDiv": "conta", "Mod": "conta", "Pow": "conta", "Neg": "sinal de menos",
    "Pos": "sinal de mais", "Concat": "junção com ~", "CondExpr": "if dentro de {{ }}", "Test": "teste com is",
    "Tuple": "vários valores juntos", "List": "lista escrita à mão", "Dict": "dicionário",
    "Getattr": "campo de um nome", "Filter": "filtro", "Const": "valor fixo dentro de {{ }}", "in": "comparação com in",
    "not in": "comparação com not in", "set": "set", "raw": "raw", "print": "print",
    "FloatLiteral": "número com casas decimais ou expoente", "BigLiteral": "número que não tem de 1 a 9 algarismos",
    "for/else": "else de um for", "for/if": "if na linha do for", "recursive": "recursive",
    "loop names": "vários nomes num for", "nested for": "for dentro de for", "joined strings": "textos seguidos",
}  # fmt: skip
_OPERATIONS = {"in": "in", "notin": "not in"}


def node_name(node: nodes.Node) -> str:
    """The name of a node, as Jinja calls it; a filter's and an operator's with its own."""
    if isinstance(node, nodes.Filter):
        return f"Filter {node.name}"
    if isinstance(node, nodes.Operand):
        return _OPERATIONS.get(node.op, node.op)
    return type(node).__name__


def node_words(name: str) -> str:
    """The sentence for the page that something is not in the grammar, by its name."""
    kind, _, which = name.partition(" ")
    words = _IN_WORDS.get(name) or _IN_WORDS.get(kind) or name
    return f"Isto não pode ser usado aqui: {words}{f' {which}' if kind == 'Filter' else ''} ({name})."
