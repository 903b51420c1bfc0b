"""What is imported is required, by name and with a bound, and pinned for the two README commands."""

from __future__ import annotations

import ast
import configparser
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
OURS = {"proactive", "sandbox", "bench", "tests"}
#: Whose extras a room may import, beside what the product requires.
EXTRAS = {"proactive": (), "sandbox": ("local",), "tests": ("local", "test")}
#: Their newest is always the right one: time zones' laws, and what stubs say of the pinned package.
UNBOUND = {"tzdata", "types-requests", "types-psutil", "types-croniter", "types-tabulate"}


def requirements(*extras: str) -> dict[str, Requirement]:
    """By canonical name: what setup.cfg requires, with the extras named."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    listed = [parser["options"]["install_requires"], *(parser["options.extras_require"][extra] for extra in extras)]
    lines = (line for text in listed for line in text.splitlines() if line and not line.startswith("#"))
    return {canonicalize_name(one.name): one for one in map(Requirement, lines)}


def imported(room: str) -> dict[str, str]:
    """The other people's top-level modules that a room imports, and where."""
    found: dict[str, str] = {}
    for file in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
            found |= {name.partition(".")[0]: str(file.relative_to(ROOT)) for name in names}
    return {name: file for name, file in found.items() if name not in sys.stdlib_module_names | OURS}


@pytest.mark.parametrize("room", EXTRAS)
def test_what_a_room_imports_is_required_by_name(room: str) -> None:
    distributions, required = packages_distributions(), requirements(*EXTRAS[room])
    modules = imported(room)
    assert len(modules) > 5
    missing = {
        module: file
        for module, file in modules.items()
        if not {canonicalize_name(name) for name in distributions.get(module, [])} & required.keys()
    }
    assert missing == {}


def test_every_requirement_has_an_upper_bound() -> None:
    everything = requirements("local", "test", "lint")
    open_ended = {name for name, one in everything.items() if not any(s.operator == "<" for s in one.specifier)}
    assert open_ended == UNBOUND


def test_every_requirement_is_pinned_within_its_bounds() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    pins = {canonicalize_name(name): version for name, version in pinned.items()}
    for name, requirement in requirements("local", "test", "lint").items():
        assert requirement.specifier.contains(pins[canonicalize_name(name)]), name


def data_files() -> list[Path]:
    """The files of the product that are no modules, relative to the checkout."""
    files = (path for path in (ROOT / "proactive").rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"})
    return sorted(path.relative_to(ROOT) for path in files)


@pytest.mark.parametrize("file", data_files(), ids=str)
def test_an_installation_has_every_file_that_the_modules_read(file: Path) -> None:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    patterns = [pattern.strip() for pattern in parser["options.package_data"]["*"].split(",")]
    package = next(folder for folder in file.parents if (ROOT / folder / "__init__.py").is_file())
    assert any(file.relative_to(package).match(pattern) for pattern in patterns)
