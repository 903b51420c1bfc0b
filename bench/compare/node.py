"""Node and the packages of the BullMQ system, installed once into a cache folder outside the checkout."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from sandbox.errors import PartMissing

HERE = Path(__file__).parent
_OLDEST = 20


def cache() -> Path:
    """Where fetched things are kept: AURORA_BENCH_CACHE, else `aurora-bench` in the user's cache folder."""
    if chosen := os.environ.get("AURORA_BENCH_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aurora-bench"


def find_node() -> str:
    """Node's program.

    Raises:
        PartMissing: it is not on the PATH, or too old.
    """
    node = shutil.which("node")
    if not node:
        raise PartMissing(f"The race needs Node {_OLDEST} or newer on the PATH (its gateway and BullMQ run on it).")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if int(version.removeprefix("v").partition(".")[0] or 0) < _OLDEST:
        raise PartMissing(f"The race needs Node {_OLDEST} or newer; the one on the PATH is {version or 'broken'}.")
    return node


def node_modules() -> Path:
    """The folder for NODE_PATH, filled by npm the first time (about 10 s).

    Raises:
        PartMissing: there is no npm, or it failed.
    """
    manifest = HERE / "bullmq" / "package.json"
    home = cache() / f"node-{hashlib.sha256(manifest.read_bytes()).hexdigest()[:12]}"
    if not home.exists():
        _install(manifest, home)
    return home / "node_modules"


def _install(manifest: Path, home: Path) -> None:
    npm = shutil.which("npm")
    if not npm:
        raise PartMissing("BullMQ is installed with npm, which is not on the PATH.")
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as name:
        unfinished = Path(name) / "node"
        unfinished.mkdir()
        shutil.copy(manifest, unfinished)
        argv = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]
        done = subprocess.run(argv, cwd=unfinished, capture_output=True, text=True, check=False)
        if done.returncode:
            raise PartMissing(f"npm could not install BullMQ: {(done.stderr or done.stdout).strip()}")
        unfinished.rename(home)
