"""What is imported is required, by name and with a bound, and pinned for the two README commands."""

from __future__ import annotations

import ast
import configparser
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
OURS = {"proactive", "sandbox", "bench", "tests"}
#: Whose extras a room may import, beside what the product requires.
EXTRAS = {"proactive": (), "sandbox": ("local",), "tests": ("local", "test")}
FILES = ("requirements.txt", "requirements-local.txt", "requirements-test.txt")
#: Their newest is always the right one: time zones' laws, and what stubs say of the pinned package.
UNBOUND = {"tzdata", "types-requests", "types-psutil", "types-croniter", "types-pyyaml"}


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


def pins() -> dict[str, str]:
    """The versions of constraints.txt by canonical name."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pinned.items()}


def hashed(file: str) -> dict[str, tuple[Requirement, list[str]]]:
    """The requirements of a file with their hashes, by canonical name."""
    text = (ROOT / file).read_text().replace("\\\n", " ")
    lines = [line.split("--hash=") for line in text.splitlines() if line and not line.startswith("#")]
    found = [(Requirement(first), [each.strip() for each in hashes]) for first, *hashes in lines]
    return {canonicalize_name(one.name): (one, hashes) for one, hashes in found}


def test_every_requirement_is_pinned_within_its_bounds() -> None:
    for name, requirement in requirements("local", "test", "lint").items():
        assert requirement.specifier.contains(pins()[canonicalize_name(name)]), name


@pytest.mark.parametrize("file", FILES)
def test_every_pin_has_a_hash(file: str) -> None:
    found = hashed(file)
    assert len(found) > 1
    for name, (requirement, hashes) in found.items():
        assert str(requirement.specifier) == f"=={pins()[name]}", name
        assert hashes, name
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), name


def test_the_files_with_hashes_pin_each_package_once_and_all_of_them() -> None:
    names = [name for file in FILES for name in hashed(file)]
    assert sorted(names) == sorted(pins())
    assert requirements().keys() <= hashed("requirements.txt").keys()
    assert requirements("local").keys() <= hashed("requirements.txt").keys() | hashed("requirements-local.txt").keys()


@pytest.mark.parametrize("file", [*FILES, "constraints.txt"])
def test_no_registry_is_named(file: str) -> None:
    assert not re.search(r"://|^-", (ROOT / file).read_text(), re.MULTILINE)


def test_both_kinds_of_processors_and_every_python_have_a_wheel_of_what_is_compiled() -> None:
    """Hashes of one wheel, of the machine that made the file, would keep every other one out."""
    for name in ("hiredis", "pydantic-core", "cryptography", "cffi"):
        _, hashes = hashed("requirements.txt")[name]
        assert len(hashes) > 20, name


def test_what_builds_the_checkout_is_pinned_as_well() -> None:
    builds = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    for requirement in map(Requirement, builds):
        assert requirement.specifier.contains(pins()[requirement.name])


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
