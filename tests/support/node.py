"""Node and what npm has installed for the TypeScript client: without them tests are skipped with a reason."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sandbox.typescript import CLIENT
from tests.support.missing import missing

ROOT = CLIENT.parents[1]


def node() -> str:
    """The path of Node.

    A machine without Node is one that writes no TypeScript: the test is skipped. With Node and without today's
    packages it is skipped as well, but in CI fails, unless npm could reach no registry (scripts/test.sh finds out).
    """
    found = shutil.which("node")
    if found is None:
        pytest.skip("there is no Node on this machine")
    if not _installed():
        reason = "npm's packages are not those of package-lock.json: npm ci --prefix clients/typescript"
        if os.environ.get("NPM_UNREACHABLE"):
            pytest.skip(f"{reason} (no registry could be reached)")
        missing(reason)
    return found


def _installed() -> bool:
    """Whether node_modules holds what the lock names, as far as this platform needs it."""
    try:
        has = json.loads((CLIENT / "node_modules" / ".package-lock.json").read_text("utf-8"))["packages"]
    except FileNotFoundError:
        return False
    wanted = json.loads((CLIENT / "package-lock.json").read_text("utf-8"))["packages"]
    return all(wanted.get(name, {}).get("version") == package["version"] for name, package in has.items()) and all(
        name in has for name, package in wanted.items() if name and not package.get("optional")
    )


def compile_strictly(into: Path, *files: Path) -> Path:
    """Compile files of the repository with `tsc --strict`; the folder that holds them as they lie in it."""
    options = {
        "rootDir": str(ROOT), "outDir": str(into), "declaration": False, "noEmitOnError": True, "types": ["node"],
        "typeRoots": [str(CLIENT / "node_modules" / "@types")],
    }  # fmt: skip
    settings = {
        "extends": str(CLIENT / "tsconfig.json"), "compilerOptions": options, "files": [str(file) for file in files],
        "include": [],
    }  # fmt: skip
    into.mkdir(parents=True, exist_ok=True)
    (into / "tsconfig.json").write_text(json.dumps(settings), "utf-8")
    (into / "clients" / "typescript").mkdir(parents=True)
    shutil.copy(CLIENT / "package.json", into / "clients" / "typescript")
    compiler = CLIENT / "node_modules" / "typescript" / "bin" / "tsc"
    ran = subprocess.run([node(), compiler, "-p", into], capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return into
