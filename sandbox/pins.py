"""Pin every package byte for byte: python -m sandbox.pins [--newest]

Writes constraints.txt (which versions) and requirements*.txt (the same with the hashes of all their files, for every
platform and Python from 3.11.2 on) from setup.cfg. Versions stay as they are unless `--newest` asks for the newest
that the registry has within setup.cfg's bounds. Needs uv (`pip install uv`) and the registry.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
#: The files in the order in which one adds to the ones before, with the extras that they are for.
FILES = {"requirements.txt": (), "requirements-local.txt": ("local",), "requirements-test.txt": ("test", "lint")}
_OLDEST_PYTHON = "3.11.2"
_HEAD = "# Made by: python -m sandbox.pins. What was tested together, on Python 3.11.2 to 3.14"
#: What builds the checkout itself: without it pip would fetch it unpinned.
_BUILDS = "setuptools>=77"


def compiled(extras: tuple[str, ...], *, newest: bool) -> dict[str, str]:
    """Each package that setup.cfg with these extras needs: its lines of a requirements file, by name."""
    chosen = [part for extra in extras for part in ("--extra", extra)]
    kept = [] if newest else ["--constraints", str(CONSTRAINTS)]
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--generate-hashes",
        "--no-header",
        "--no-annotate",
        "--python-version",
        _OLDEST_PYTHON,
        *kept,
        *chosen,
        "setup.cfg",
        "-",
    ]
    done = subprocess.run(command, cwd=ROOT, input=_BUILDS, stdout=subprocess.PIPE, text=True, check=True)
    blocks = re.findall(r"^[^\s#].*?(?=^\S|\Z)", done.stdout, re.MULTILINE | re.DOTALL)
    return {block.partition("==")[0]: block for block in blocks}


def main() -> None:
    """Write the four files."""
    newest, extras, before = "--newest" in sys.argv[1:], tuple[str, ...](), dict[str, str]()
    for file, added in FILES.items():
        extras += added
        packages = compiled(extras, newest=newest)
        text = "".join(block for name, block in packages.items() if name not in before)
        (ROOT / file).write_text(f"{_HEAD}, with the hashes of every file of theirs.\n{text}")
        before |= packages
    pins = sorted(re.split(r"[\s;\\]", block)[0] for block in before.values())
    CONSTRAINTS.write_text(f"{_HEAD}; requirements*.txt have the hashes.\n" + "\n".join(pins) + "\n")


if __name__ == "__main__":
    main()
