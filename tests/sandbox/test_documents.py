"""docs/operations.md names every failure reason, setting, field and action, as the code has them."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from proactive.logs import FIELDS
from proactive.model.failure_reasons import FailureReason
from proactive.model.failure_words import WORDS
from proactive.settings import Settings
from sandbox.documents import OPERATIONS, with_reasons

ROOT = Path(__file__).parents[2]
DOCUMENT = OPERATIONS.read_text("utf-8")


def rows(document: str) -> list[list[str]]:
    """The cells of every line of every table."""
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in document.splitlines()
        if line.startswith("| ")
    ]


def default_of(field: FieldInfo) -> str | None:
    """A setting's default as the document says it; None where any value of the column will do."""
    if field.is_required():
        return "needed"
    default: Any = field.default
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if default is None or default == "":
        return "none"
    if hasattr(default, "strftime"):
        return f"`{default:%H:%M}`"
    if isinstance(default, tuple):
        return f"`{','.join(map(str, default))}`"
    if default is False:
        return "`false`"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


def logged_actions() -> set[str]:
    """Every value that a dictionary of the product gives to `action` as it stands."""
    return {
        str(value.value)
        for path in (ROOT / "proactive").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == "action" and isinstance(value, ast.Constant)
    }


def test_the_table_of_failure_reasons_is_what_the_command_writes() -> None:
    assert with_reasons(DOCUMENT) == DOCUMENT, "run python -m sandbox.documents"


@pytest.mark.parametrize("reason", FailureReason)
def test_a_failure_reason_stands_there_with_its_words(reason: FailureReason) -> None:
    words = WORDS[reason]
    assert [f"`{reason}`", words.text, words.label, words.advice] in rows(DOCUMENT)


def test_a_document_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="begin"):
        with_reasons("a document of something else")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_stands_there_with_its_default(name: str) -> None:
    listed = {row[0]: row[1] for row in rows(DOCUMENT) if len(row) == 3}
    assert listed[f"`{name.upper()}`"] == default_of(Settings.model_fields[name])


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_of_the_log_stands_there(field: str) -> None:
    assert any(f"`{field}`" in row[0] for row in rows(DOCUMENT) if len(row) == 2)


def test_every_action_of_the_log_stands_there() -> None:
    named = {name for row in rows(DOCUMENT) if len(row) == 2 for name in re.findall(r"`(\w+)`", row[0])}
    assert len(logged_actions()) > 15
    assert not logged_actions() - named
