"""What a person at a terminal is asked; elsewhere what is missing is named."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import questionary

from proactive.errors import InvalidInput

#: From so many choices on, typing some letters finds one.
_SEARCHED_FROM = 8


def on_terminal() -> bool:
    """Whether there is a person to ask."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def need_terminal(what: str) -> None:
    """Refuse to go on without `what` where nobody can be asked for it.

    Raises:
        InvalidInput: there is no terminal.
    """
    if not on_terminal():
        raise InvalidInput(f"{what} is missing (on a terminal it would be asked for)")


def choose(question: str, choices: Sequence[tuple[str, Any]], what: str, nothing: str) -> Any:
    """One of the choices (words and value), which are searched by typing where there are many.

    `what` names the argument that is missing, `nothing` says that there is none to choose.

    Raises:
        InvalidInput: nobody can be asked, there is nothing to choose, or nothing was chosen.
    """
    need_terminal(what)
    if not choices:
        raise InvalidInput(nothing)
    asked = [questionary.Choice(words, value) for words, value in choices]
    many = len(asked) >= _SEARCHED_FROM
    return answer_to(questionary.select(question, choices=asked, use_search_filter=many, use_jk_keys=not many))


def choose_several(question: str, choices: Sequence[tuple[str, Any]], what: str, nothing: str) -> list[Any]:
    """Some of the choices, at least one. Raises like `choose`."""
    need_terminal(what)
    if not choices:
        raise InvalidInput(nothing)
    asked = [questionary.Choice(words, value) for words, value in choices]
    many = len(asked) >= _SEARCHED_FROM
    chosen = answer_to(questionary.checkbox(question, asked, use_search_filter=many, use_jk_keys=not many))
    if not chosen:
        raise InvalidInput("nothing was chosen, nothing was done")
    return list(chosen)


def ask_text(question: str, *, empty: bool = False) -> str:
    """What the person types; without `empty` something must be. Raises InvalidInput where nothing was."""
    return str(answer_to(questionary.text(question), empty=empty))


def confirm(question: str, *, yes: bool) -> None:
    """Go on only after a yes: given by `--yes`, or typed on a terminal.

    Raises:
        InvalidInput: it was no, or nobody can be asked.
    """
    if yes:
        return
    need_terminal("--yes")
    if not answer_to(questionary.confirm(question, default=False)):
        raise InvalidInput("nothing was chosen, nothing was done")


def answer_to(question: questionary.Question, *, empty: bool = False) -> Any:
    """The answer to a question. Raises InvalidInput where the person changed their mind."""
    try:
        answer = question.ask()
    except EOFError:  # the terminal was closed
        answer = None
    if answer is None or (answer == "" and not empty):
        raise InvalidInput("nothing was chosen, nothing was done")
    return answer
