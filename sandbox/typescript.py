"""Write what the TypeScript client is made from, and make it: python -m sandbox.typescript (needs npm)."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from proactive.app import build
from proactive.settings import Settings
from proactive.web.app import create_app

CLIENT = Path(__file__).parent.parent / "clients" / "typescript"
DOCUMENT = CLIENT / "openapi.json"
GENERATED = CLIENT / "src" / "generated"
_LINK = re.compile(r"\{@link https://\S+ (`[^`]+`)\}")
#: Nothing is connected to: the document needs an application, and the application needs addresses.
_NOWHERE = {
    "SUPABASE_URL": "http://127.0.0.1", "SUPABASE_SERVICE_ROLE_KEY": "none", "WHATSAPP_URL": "http://127.0.0.1",
    "WHATSAPP_API_KEY": "none",
}  # fmt: skip


def document(app: FastAPI) -> str:
    """The OpenAPI document as the client is made from: without our version, which says nothing of the API."""
    whole: dict[str, Any] = app.openapi()
    return json.dumps(whole | {"info": whole["info"] | {"version": "0"}}, indent=1, ensure_ascii=False) + "\n"


def generate(into: Path = GENERATED) -> None:
    """Make the functions and types of the client in a folder.

    Raises:
        subprocess.CalledProcessError: the generator refused the document; its output says why.
    """
    subprocess.run(
        ["npm", "run", "--silent", "generate"], cwd=CLIENT, env=os.environ | {"AURORA_GENERATED": str(into)},
        check=True, capture_output=True, text=True, timeout=500,
    )  # fmt: skip
    for file in into.rglob("*.ts"):  # no address of a registry, not even in a comment
        file.write_text(_LINK.sub(r"\1", file.read_text("utf-8")), "utf-8")


def main() -> None:
    """Write the document and make the client."""
    os.environ.update(_NOWHERE)
    DOCUMENT.write_text(document(create_app(build(Settings(_env_file=None)))), "utf-8")
    if not (CLIENT / "node_modules").exists():
        subprocess.run(["npm", "ci", "--silent"], cwd=CLIENT, check=True)
    generate()


if __name__ == "__main__":
    main()
