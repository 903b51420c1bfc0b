"""The whole OpenAPI document, asked by schemathesis: no 5xx, and no answer that /docs does not tell."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi import FastAPI

from sandbox.stack import LocalStack
from tests.web.conftest import BASE

#: A well-formed id of nobody is refused, which no document can tell.
EXCLUDED = "positive_data_acceptance"


#: How much is asked: the quick look runs with every other test, the thorough one by its own command.
QUICK = ("--phases", "examples,fuzzing", "--max-examples", "8")
THOROUGH = ("--phases", "examples,coverage,fuzzing", "--max-examples", "20")


@pytest.mark.parametrize("part", ["api", "webhooks"])
@pytest.mark.parametrize("depth", [QUICK, pytest.param(THOROUGH, marks=pytest.mark.long)], ids=["quick", "thorough"])
def test_every_answer_is_one_that_the_document_tells(
    address: str, stack: LocalStack, queue: object, tmp_path: Path, part: str, depth: tuple[str, ...]
) -> None:
    key = stack.service_key if part == "api" else stack.webhook_secret
    # its command, as its plugin and pytest 9 do not agree; it is also what others will run
    command = [
        sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()",
        "run", f"{address}/openapi.json", "--include-path-regex", f"^/{part}/", "-H", f"Authorization: Bearer {key}",
        "--exclude-checks", EXCLUDED, *depth, "--generation-deterministic", "--no-color",
    ]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=240)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_answer_is_documented(app: FastAPI) -> None:
    document = app.openapi()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers = set(operation["responses"])
            assert {"401", "422", "413", "500", "503"} <= answers, (method, path)
            if path.startswith(BASE):
                assert {"403", "429"} <= answers
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"]
    assert "HTTPValidationError" not in json.dumps(document)
