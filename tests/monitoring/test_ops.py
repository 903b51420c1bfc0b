"""What operators import: the rules pass promtool's tests, rules and dashboard name only metrics that exist."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.registry import CollectorRegistry

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.monitoring.collector import AuroraCollector
from tests.support.missing import missing
from tests.support.stand_ins import nothing_counted

OPS = Path(__file__).parents[2] / "ops"
NAME = re.compile(r"\baurora_\w+")


@pytest.fixture
def promtool() -> str:
    found = os.environ.get("PROMTOOL") or shutil.which("promtool")
    if not found:
        missing("promtool is not on the PATH and PROMTOOL does not name it (Debian: apt install prometheus)")
    return found


def exported() -> dict[str, set[str]]:
    """Every sample's name with its labels."""
    found: dict[str, set[str]] = {}
    for family in AuroraCollector(nothing_counted()).collect():
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def dashboard() -> dict[str, Any]:
    board: dict[str, Any] = json.loads((OPS / "grafana" / "aurora.json").read_text())
    return board


def expressions() -> list[str]:
    return [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]


def test_the_rules_pass_their_tests(promtool: str) -> None:
    done = subprocess.run(
        [promtool, "test", "rules", "alerts.test.yml"], cwd=OPS / "prometheus", capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_rule_has_a_test() -> None:
    rules = re.findall(r"alert: (\w+)", (OPS / "prometheus" / "alerts.yml").read_text())
    tested = set(re.findall(r"alertname: (\w+)", (OPS / "prometheus" / "alerts.test.yml").read_text()))
    assert set(rules) == tested
    assert len(rules) >= 3


@pytest.mark.parametrize("name", ["prometheus/alerts.yml", "prometheus/alerts.test.yml"])
def test_rules_name_only_metrics_that_are_exported(name: str) -> None:
    named = set(NAME.findall((OPS / name).read_text()))
    assert named
    assert named <= set(exported())


def test_the_dashboard_shows_every_metric_and_no_other() -> None:
    named = {name for expression in expressions() for name in NAME.findall(expression)}
    assert named == set(exported())


def test_the_dashboard_selects_by_labels_that_the_metrics_have() -> None:
    ours = set.union(*exported().values()) | {"instance"}
    for expression in expressions():
        for labels in re.findall(r"by \(([^)]*)\)", expression):
            assert {label.strip() for label in labels.split(",")} <= ours, expression


def test_the_dashboard_holds_panels_side_by_side_with_valid_expressions(promtool: str, tmp_path: Path) -> None:
    panels = dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [(place["x"], place["y"]) for place in (panel["gridPos"] for panel in panels)]
    assert len(set(places)) == len(places)
    rules = {"groups": [{"name": "panels", "rules": [
        {"record": f"panel:{index}", "expr": expression} for index, expression in enumerate(expressions())
    ]}]}  # fmt: skip
    file = tmp_path / "panels.yml"
    file.write_text(json.dumps(rules))
    checked = subprocess.run([promtool, "check", "rules", str(file)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_type_has_its_series_before_anything_happened() -> None:
    families = {family.name: family for family in AuroraCollector(nothing_counted()).collect()}
    types = {sample.labels["type"] for sample in families["aurora_messages"].samples}
    assert types == set(MESSAGE_TYPES)
    CollectorRegistry().register(AuroraCollector(nothing_counted()))  # refuses names that clash
