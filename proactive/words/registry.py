"""The vocabulary of every message type that has one, by the type's name: each module of `vocabularies/`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

import proactive.words.vocabularies as folder
from proactive.words.vocabulary import Vocabulary


def _discovered() -> dict[str, Vocabulary]:
    names = sorted(f"{folder.__name__}.{found.name}" for found in pkgutil.iter_modules(folder.__path__))
    found = (getattr(importlib.import_module(name), "VOCABULARY", None) for name in names)
    return {each.type.name: each for each in found if isinstance(each, Vocabulary)}


#: By the type's name, in alphabetical order; the other types cannot be written anew.
VOCABULARIES: Mapping[str, Vocabulary] = _discovered()
