"""The words of /textos: the fields of a wording, how a version stands, who wrote it, where a fault is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from proactive.templates.store import TemplateStanding
from proactive.templates.version import TemplateVersion
from proactive.words.fact_sets import fact_sets
from proactive.words.fault import WordsFault
from proactive.words.publishing import OWN_FACTS
from proactive.words.registry import VOCABULARIES
from proactive.words.vocabulary import WordingField

#: By the field of a wording: what it does.
HELP = {
    "greeting": "Como a mensagem começa.",
    "suggestion": "O que os clientes recebem quando o dono diz sim: de 10 a 700 letras.",
    "closing": "Como a mensagem termina.",
    "question": "O que a Aurora pergunta ao dono. Termina em “?”.",
}
_CHIPS = {"dono": "nome do dono", "loja": "nome da loja", "horarios": "horários livres"}
_CLIENT_CHIPS = (("nome do cliente", "{nome}"), ("nome do pet", "{pet}"))
#: By the field of a wording: its name in the form.
FORM_FIELDS = {"greeting": "saudacao", "suggestion": "sugestao", "closing": "final", "question": "pergunta"}
KINDS = {"wording": "frases", "template": "texto inteiro"}
_WHY = {"replaced": "trocada por outra", "by_hand": "voltou ao texto da casa", "faults": "três falhas seguidas"}
#: By how the code of a fault begins: why a message went out as the house text.
_FAILED = {
    "figure_missing": "faltou um número que a mensagem precisa dizer", "figure_wrong": "um número não era o do dia",
    "figure_hedged": "um número veio com “quase”, “cerca de” ou parecido", "other_number": "dizia outro número",
    "denial": "negava o que os números dizem", "list": "a lista não saiu inteira e em ordem",
    "item": "a lista não saiu inteira e em ordem", "name_missing": "faltou algo que o texto da casa diz",
    "client_text": "o texto para os clientes não estava certo", "question_missing": "faltou a pergunta no fim",
    "too_long": "longo demais, mesmo sem a lista", "unknown": "usa um nome que não existe mais",
    "crashed": "não funcionou com os dados do dia", "unreadable": "esta versão não pode mais ser lida",
}  # fmt: skip
_VIAS = {"page": "pela página", "api": "pela API"}
#: So many sets of facts are named where a fault is in several.
_NAMED = 3


def standing(found: TemplateStanding | None) -> tuple[str, str]:
    """How the words of a message type stand, and its tone."""
    if found is None or found.newest is None:
        return "Texto da casa", ""
    if found.published is not None:
        return "Seu texto no ar", "good"
    if found.newest.unpublished_why == "faults":
        return "Despublicado: três falhas seguidas", "bad"
    return "Texto da casa, com rascunho seu", "warn"


def version_state(version: TemplateVersion) -> tuple[str, str]:
    """How a version stands, and its tone."""
    if version.published:
        return "no ar", "good"
    if version.published_at is None:
        return "rascunho", ""
    return (
        f"saiu do ar: {_WHY[version.unpublished_why or 'replaced']}",
        "bad" if version.unpublished_why == "faults" else "",
    )


def who(by: str | None, mine: str) -> str:
    """Who wrote or published something; `mine` is the id of whoever looks at it."""
    kind, _, name = (by or "").partition(":")
    if by == mine:
        return "você"
    if kind == "user":
        return f"usuário {name[:8]}"
    return f"chave {name}" if kind == "key" else "Aurora"


def via(how: str) -> str:
    """By what something was written."""
    return _VIAS.get(how, how)


def failed_words(reason: str) -> str:
    """Why a message went out as the house text, from its record's `template: figure_missing, denial; ...`."""
    codes = reason.partition(";")[0].removeprefix("template: ").split(", ")
    known = (next((words for begins, words in _FAILED.items() if code.startswith(begins)), code) for code in codes)
    return ", ".join(dict.fromkeys(known))


def field_label(type_: str, name: str) -> str:
    """What a field of a type's wording is called."""
    return next((each.label for each in VOCABULARIES[type_].wording if each.name == name), name)


def grouped(type_: str, faults: Sequence[WordsFault]) -> list[tuple[WordsFault, str]]:
    """Each fault once, with the names of the sets of facts that show it; empty where all do, or none is named."""
    labels = {each.key: each.label for each in fact_sets(type_)} | {OWN_FACTS: "os seus dados de agora"}
    found: dict[tuple[str, str, int | None, str | None], list[str | None]] = {}
    first: dict[tuple[str, str, int | None, str | None], WordsFault] = {}
    for fault in faults:
        key = (fault.code, fault.words, fault.line, fault.field)
        found.setdefault(key, []).append(fault.fact_set)
        first.setdefault(key, fault)
    return [(first[key], _sets(sets, labels)) for key, sets in found.items()]


def _sets(sets: Sequence[str | None], labels: dict[str, str]) -> str:
    named = [labels[each] for each in dict.fromkeys(sets) if each in labels]
    if not named or set(sets) >= labels.keys() - {OWN_FACTS}:
        return ""
    more = len(named) - _NAMED
    return ", ".join(named[:_NAMED]) + (f" e mais {more}" if more > 0 else "")


def loop_name(name: Mapping[str, Any]) -> str:
    """The name that a loop over a list takes in the house's texts."""
    return str(name["item"] or "item")


def field_of(name: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    """A field of a list's lines, as a loop calls it: `item.nome`."""
    return f"{loop_name(name)}.{part['name']}"


def loop_of(name: Mapping[str, Any]) -> str:
    """A loop that shows the fields of a list, a line an item."""
    parts = " - ".join("{{ " + field_of(name, part) + " }}" for part in name["fields"])
    return f"{{% for {loop_name(name)} in {name['name']} %}}\n- {parts}\n{{% endfor %}}"


def chips(field: WordingField) -> list[tuple[str, str]]:
    """What can be put into a field of a wording: how it is called, and what is written."""
    known = [(words, "{{ " + name + " }}") for name, words in _CHIPS.items() if name in field.names]
    return known + (list(_CLIENT_CHIPS) if field.name == "suggestion" else [])
