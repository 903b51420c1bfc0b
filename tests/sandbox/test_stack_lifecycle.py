"""A stack of one's own: it starts as one thing, keeps its data, and leaves no process behind."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from dotenv import dotenv_values

from sandbox.errors import LocalStackError, PartMissing
from sandbox.postgrest import find_postgrest
from sandbox.stack import LocalStack

_ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def folder(stack: LocalStack) -> Iterator[Path]:
    """An empty folder, once the shared stack has shown that everything is installed here."""
    with tempfile.TemporaryDirectory(prefix="aurora-") as name:
        yield Path(name) / "stack"


def _processes_in(folder: Path) -> list[psutil.Process]:
    """Every process that works in the folder: all parts of a stack do, PostgreSQL's children too."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(folder) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def _run_in_foreground(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-u", "-m", "sandbox", *arguments]
    return subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _read_until_up(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith("Ctrl-C"):
            return said
    raise AssertionError(said)


def test_it_keeps_data_keys_and_addresses_over_a_stop_and_leaves_no_process(folder: Path) -> None:
    with LocalStack(folder) as stack:
        before = stack.environment()
        with psycopg.connect(stack.dsn) as connection:
            connection.execute("insert into organizations (name) values ('Guardada')")
        redis.Redis.from_url(stack.redis_url).set("kept", "yes")
        pids = {name: service.pid for name, service in stack.services.items()}
        assert set(pids) == {"valkey", "postgres", "postgrest", "front", "gateway"}
        assert set(pids.values()) <= {process.pid for process in _processes_in(folder)}
    assert _processes_in(folder) == []

    with LocalStack(folder) as stack:
        assert stack.environment() == before
        with psycopg.connect(stack.dsn) as connection:
            assert connection.execute("select name from organizations").fetchall() == [("Guardada",)]
        assert redis.Redis.from_url(stack.redis_url, decode_responses=True).get("kept") == "yes"
    assert _processes_in(folder) == []


def test_a_start_that_fails_half_way_leaves_no_process_and_says_why(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = folder.parent / "postgrest"
    broken.write_text("#!/bin/sh\necho the oven is cold\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("POSTGREST_BIN", str(broken))
    stack = LocalStack(folder)
    with pytest.raises(LocalStackError, match=r"postgrest ended while starting(.|\n)*the oven is cold"):
        stack.start()
    assert _processes_in(folder) == []
    monkeypatch.delenv("POSTGREST_BIN")
    with stack:
        assert _processes_in(folder)


def test_one_folder_holds_one_running_stack(stack: LocalStack) -> None:
    with pytest.raises(LocalStackError, match="runs in this folder already"):
        LocalStack(stack.folder).start()
    assert redis.Redis.from_url(stack.redis_url).ping()


def test_a_part_restarted_from_a_thread_that_ends_lives_on(stack: LocalStack) -> None:
    thread = threading.Thread(target=stack.services["valkey"].restart)
    thread.start()
    thread.join()
    assert redis.Redis.from_url(stack.redis_url).ping()
    assert stack.services["valkey"].pid


def test_long_folder_names_are_no_obstacle_to_the_socket(folder: Path) -> None:
    with LocalStack(folder / ("a" * 60) / ("b" * 60)) as stack, psycopg.connect(stack.dsn) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
        socket = Path(connection.info.host)
    assert not socket.exists()


def test_sigterm_ends_the_foreground_stack_in_order(folder: Path, tmp_path: Path) -> None:
    dotenv = tmp_path / "stack.env"
    process = _run_in_foreground("--folder", str(folder), "--env", str(dotenv), "--demo")
    said = _read_until_up(process)
    environment = dotenv_values(dotenv)
    assert f"Supabase  {environment['SUPABASE_URL']}" in said
    assert stat.S_IMODE(dotenv.stat().st_mode) == 0o600
    process.terminate()
    assert process.wait(60) == 0
    assert _processes_in(folder) == []


def test_ctrl_c_while_starting_leaves_no_process(folder: Path) -> None:
    process = _run_in_foreground("--folder", str(folder))
    while not (folder / "state.json").exists() and process.poll() is None:
        os.sched_yield()
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert _processes_in(folder) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent is gone")
def test_a_killed_foreground_stack_takes_its_processes_with_it(folder: Path) -> None:
    process = _run_in_foreground("--folder", str(folder))
    _read_until_up(process)
    running = _processes_in(folder)
    assert len(running) >= 5
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(running, timeout=60)
    assert alive == []


def test_fresh_forgets_what_was_in_the_folder(folder: Path) -> None:
    folder.mkdir()
    (folder / "state.json").write_text("{}")
    (folder / "old").write_text("of an earlier run")
    process = _run_in_foreground("--folder", str(folder), "--fresh")
    _read_until_up(process)
    process.terminate()
    assert process.wait(60) == 0
    assert not (folder / "old").exists()


def test_fresh_refuses_to_empty_anything_else(folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.txt").write_text("ten years of work")
    process = _run_in_foreground("--folder", str(folder), "--fresh")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "is not emptied" in said
    assert (folder / "thesis.txt").exists()


def test_a_postgrest_that_cannot_be_run_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGREST_BIN", "/nowhere/postgrest")
    with pytest.raises(PartMissing, match="POSTGREST_BIN"):
        find_postgrest()


def test_an_unknown_machine_is_told_to_set_postgrest_bin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("POSTGREST_BIN", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sandbox.postgrest.CACHE", tmp_path)
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(PartMissing, match=r"riscv64.*POSTGREST_BIN"):
        find_postgrest()
