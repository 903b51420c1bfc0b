"""The house stands as it was drawn: who may import whom, no circles, and everything that a type needs."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.schedule.scheduler import TICK

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "proactive"
#: Values and the vocabulary that everybody may use.
VALUES = {"model", "errors", "failpoints"}
#: Everything that is built below `app`.
BELOW_APP = VALUES | {
    "settings", "logs", "message_types", "storage", "facts", "text", "gateways", "records", "pipeline", "queue",
    "schedule",
}  # fmt: skip
COMPOSED = BELOW_APP | {"app"}

#: What each room may import of the others (its own modules always). CONTRIBUTING.md says it in words.
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "failpoints": set(),
    "logs": set(),
    "model": {"errors"},
    "settings": {"errors"},
    "storage": {"errors", "settings"},
    "text": VALUES,
    "message_types": VALUES | {"text"},
    "facts": VALUES | {"message_types", "storage"},
    "gateways": VALUES | {"message_types", "storage"},
    "records": VALUES | {"message_types", "storage", "gateways"},
    "pipeline": VALUES | {"message_types", "facts", "text", "gateways", "records"},
    "queue": VALUES | {"message_types", "storage"},
    "schedule": VALUES | {"message_types", "storage", "queue"},
    "app": BELOW_APP,
    "jobs": COMPOSED,
    "monitoring": COMPOSED,
    "processes": COMPOSED | {"jobs", "monitoring"},
    "web": COMPOSED | {"jobs", "monitoring"},
    "cli": COMPOSED | {"jobs", "monitoring", "processes", "web"},
}
#: Packages of a room that never import each other.
STRANGERS = [("web.api", "web.pages"), ("web.api", "web.rq_dashboard"), ("web.pages", "web.rq_dashboard")]
#: Packages of a room (first) that import none of the others, which may import them.
BENEATH = [("web.auth", ("web.api", "web.pages", "web.rq_dashboard"))]
#: Where RQ is imported.
KNOWS_RQ = {"queue", "schedule", "jobs", "processes", "web.rq_dashboard"}


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the house by its dotted name."""
    found = {}
    for path in HOUSE.rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(), str(path))
    return found


def imports(name: str) -> set[str]:
    """The modules of ours that a module imports: `from a import b` is `a.b` where that is a module."""
    found: set[str] = set()
    for node in ast.walk(modules()[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} has a relative import"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {full if full in modules() else str(node.module) for full in inner}
    return {module for module in found if module.split(".")[0] == "proactive"}


def roots(tree: ast.Module) -> set[str]:
    """The top-level packages that a module imports."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).split(".")[0])
    return found


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: imports(name) - {name} for name in modules()}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_the_walk_sees_the_imports_that_are_there() -> None:
    assert "proactive.facts.reader" in imports("proactive.app")
    assert "proactive.cli.arguments" in imports("proactive.cli.enqueue")
    assert len(modules()) > 80


def test_every_room_has_its_line_in_the_table() -> None:
    assert {room(name) for name in modules()} - {""} == set(MAY_IMPORT)


@pytest.mark.parametrize("name", sorted(MAY_IMPORT))
def test_a_room_imports_only_what_it_may(name: str) -> None:
    broken = {
        f"{module} imports {imported}"
        for module in modules()
        if room(module) == name
        for imported in imports(module)
        if room(imported) not in MAY_IMPORT[name] | {name}
    }
    assert not broken


def within(module: str, package: str) -> bool:
    return f"{module}.".startswith(f"proactive.{package}.")


def crossings(package: str, other: str) -> set[str]:
    """The imports that lead from one package into another."""
    return {
        f"{module} imports {imported}"
        for module in modules()
        if within(module, package)
        for imported in imports(module)
        if within(imported, other)
    }


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_strangers_never_import_each_other(one: str, other: str) -> None:
    assert any(within(module, one) for module in modules())
    assert any(within(module, other) for module in modules())
    assert not crossings(one, other) | crossings(other, one)


@pytest.mark.parametrize(("package", "above"), BENEATH)
def test_a_package_imports_nothing_that_stands_on_it(package: str, above: tuple[str, ...]) -> None:
    assert any(within(module, package) for module in modules())
    assert not {crossing for other in above for crossing in crossings(package, other)}


def test_rq_is_imported_only_in_rooms_that_know_it() -> None:
    ignorant = {
        name
        for name, tree in modules().items()
        if roots(tree) & {"rq", "rq_scheduler", "rq_dashboard"} and not any(within(name, known) for known in KNOWS_RQ)
    }
    assert not ignorant


def test_the_product_knows_nothing_of_the_sandbox() -> None:
    assert not {name for name, tree in modules().items() if "sandbox" in roots(tree)}


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for name, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield name, node


def test_nothing_is_imported_inside_a_function() -> None:
    inside = {
        f"{name}.{function.name}"
        for name, function in functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert not inside


def test_every_module_says_what_it_is_for() -> None:
    assert not {name for name, tree in modules().items() if not ast.get_docstring(tree)}


def test_every_function_says_what_it_returns() -> None:
    assert not {
        f"{name}.{function.name}"
        for name, function in functions()
        if function.returns is None and function.name != "__init__"
    }


@pytest.mark.parametrize("name", MESSAGE_TYPES)
def test_a_message_type_is_a_module_with_its_template_a_job_and_a_database_function(name: str) -> None:
    type_ = MESSAGE_TYPES[name]
    assert importlib.import_module(f"proactive.message_types.{name}").TYPE is type_
    assert (HOUSE / "message_types" / type_.layout.template).name == f"{name}.txt.j2"
    assert (HOUSE / "message_types" / type_.layout.template).is_file()
    module, function = type_.job.rsplit(".", 1)
    assert module == f"proactive.jobs.{name}"
    assert callable(getattr(importlib.import_module(module), function))
    sql = "".join(path.read_text() for path in (ROOT / "supabase").rglob("*.sql"))
    assert f"function public.aurora_proactive_{name}(" in sql
    assert (ROOT / "tests" / "text" / "golden" / f"{name}.txt").is_file()


def test_no_other_room_knows_a_type_by_its_name() -> None:
    named = {
        f"{name}: {node.value!r}"
        for name, tree in modules().items()
        if room(name) not in {"message_types", "jobs"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in MESSAGE_TYPES
    }
    assert not named


def test_what_the_schedule_enqueues_exists() -> None:
    module, function = TICK.rsplit(".", 1)
    assert callable(getattr(importlib.import_module(module), function))
