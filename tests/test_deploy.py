"""The container, compose and systemd start the Procfile's processes, of copied files, without a secret."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PROCFILE = {
    name: shlex.split(command.removeprefix(" exec"))
    for name, _, command in (line.partition(":") for line in (ROOT / "Procfile").read_text().splitlines())
}
STEPS = re.findall(r"^(FROM|COPY|RUN|ENV|CMD) (.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
LET_IN = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    loaded = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert isinstance(loaded, dict)
    return loaded


def copied() -> list[str]:
    """What the Dockerfile copies out of the checkout."""
    return [
        source for kind, words in STEPS if kind == "COPY" and "--from" not in words for source in words.split()[:-1]
    ]


def test_everything_that_is_copied_exists_and_reaches_the_builder() -> None:
    assert {source for source in copied() if not (ROOT / source).exists()} == set()
    assert set(copied()) == set(LET_IN)
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*"


@pytest.mark.parametrize("secret", [".env", ".env.example", "tests", "sandbox", ".git", ".local"])
def test_no_setting_and_nothing_that_is_not_run_is_in_the_image(secret: str) -> None:
    assert secret not in LET_IN


@pytest.mark.parametrize(("service", "entry"), [("scheduler", "scheduler"), ("worker", "worker1")])
def test_compose_runs_what_the_procfile_runs(services: dict[str, Any], service: str, entry: str) -> None:
    assert services[service]["command"] == PROCFILE[entry]


def test_the_image_runs_web(services: dict[str, Any]) -> None:
    (command,) = [words for kind, words in STEPS if kind == "CMD"]
    assert yaml.safe_load(command) == PROCFILE["web"]
    assert "command" not in services["web"]
    assert services["worker"]["deploy"]["replicas"] == sum(name.startswith("worker") for name in PROCFILE)


def test_the_redis_of_compose_is_fit(services: dict[str, Any]) -> None:
    said = " ".join(services["redis"]["command"])
    assert "--appendonly yes" in said and "--maxmemory-policy noeviction" in said
    assert services["redis"]["volumes"]


def test_what_compose_publishes_is_published_on_this_machine_only(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports and all(port.startswith("127.0.0.1:") for port in ports)


def test_no_value_of_a_secret_is_written_down(services: dict[str, Any]) -> None:
    given = {
        name: value for service in services.values() for name, value in service.get("environment", {}).items()
        if re.search("KEY$|PASSWORD|SECRET|TOKEN", name)
    }  # fmt: skip
    assert {name for name, value in given.items() if not re.fullmatch(r"\$\{\w+:-\}|evolution", value)} == set()


@pytest.mark.parametrize(
    ("unit", "entry"),
    [("aurora-scheduler.service", "scheduler"), ("aurora-worker@.service", "worker1"), ("aurora-web.service", "web")],
)
def test_systemd_runs_what_the_procfile_runs(unit: str, entry: str) -> None:
    (command,) = re.findall("^ExecStart=/opt/aurora/.venv/bin/(.*)$", (ROOT / "ops/systemd" / unit).read_text(), re.M)
    assert shlex.split(command) == PROCFILE[entry]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", sorted(path.name for path in (ROOT / "ops/systemd").iterdir()))
def test_systemd_understands_the_unit(tmp_path: Path, unit: str) -> None:
    # the checkout of this machine, whatever its path is made of, and a user that it has
    (tmp_path / "bin").symlink_to(Path(sys.executable).parent)
    for path in (ROOT / "ops/systemd").iterdir():
        text = path.read_text().replace("/opt/aurora/.venv/bin", str(tmp_path / "bin"))
        (tmp_path / path.name).write_text(text.replace("User=aurora", "User=daemon"))
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.replace("@", "@1"))],
        capture_output=True, text=True, timeout=60, env=os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )  # fmt: skip
    assert [line for line in ran.stderr.splitlines() if "aurora" in line] == []


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_steps_of_the_image_make_something_that_runs(tmp_path: Path) -> None:
    """Its COPY and RUN lines, in order, in an empty folder and an environment without this checkout."""
    app, venv = tmp_path / "app", tmp_path / "venv"
    app.mkdir()
    variables = {"PATH": f"{venv / 'bin'}:{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(tmp_path)}
    variables |= {
        name: os.environ[name] for name in ("PIP_INDEX_URL", "PIP_CERT", "SSL_CERT_FILE") if name in os.environ
    }
    for kind, words in STEPS:
        if kind == "COPY" and "--from" not in words:
            for source in words.split()[:-1]:
                take = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
                take(ROOT / source, app / source)
        elif kind == "RUN" and "useradd" not in words:
            subprocess.run(["/bin/sh", "-ec", words.replace("/venv", str(venv))], cwd=app, env=variables, check=True)
    shutil.rmtree(app / "proactive")  # the last stage has what was installed
    for asked in ("python -c 'import proactive.web.app'", "rq --version", "python scripts/enqueue.py --help"):
        subprocess.run(["/bin/sh", "-ec", asked], cwd=app, env=variables, check=True, capture_output=True)
