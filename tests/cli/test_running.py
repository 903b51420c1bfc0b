"""How a command ends: which status a mistake has, and that no failure is a traceback."""

from __future__ import annotations

from collections.abc import Callable

import click
import pytest
import redis

from proactive.cli import running
from proactive.errors import InvalidInput, SupabaseError


def raising(error: BaseException) -> Callable[[], int]:
    def main() -> int:
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (InvalidInput("say what"), 2, "say what\n"),
        (SupabaseError("Supabase is away"), 1, "Supabase is away\n"),
        (redis.TimeoutError("at redis://secret"), 1, "Redis could not be used (TimeoutError): check REDIS_URL.\n"),
        (KeyboardInterrupt(), 130, ""),
        (click.Abort(), 130, ""),
        (click.ClickException("no such thing"), 1, "Error: no such thing\n"),
    ],
)
def test_a_failure_is_one_sentence_and_a_status(
    capsys: pytest.CaptureFixture[str], error: BaseException, status: int, sentence: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        running.run(raising(error))
    assert ended.value.code == status
    assert capsys.readouterr() == ("", sentence)


def test_what_is_a_mistake_of_ours_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        running.run(raising(ZeroDivisionError()))


@pytest.mark.parametrize(("answer", "status"), [(0, 0), (None, 0), (3, 3)])
def test_a_script_that_ends_well_says_so_by_its_status(answer: int | None, status: int) -> None:
    with pytest.raises(SystemExit) as ended:
        running.run(lambda: answer)
    assert ended.value.code == status
