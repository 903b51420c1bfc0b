"""The way to Redis: the names of our keys for good, the scripts, and a connection that does not wait."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import redis
from pydantic import SecretStr

import proactive
from proactive.settings import RedisSettings
from proactive.storage import redis as ours
from sandbox.stack import LocalStack

HOUSE = Path(proactive.__file__).parent
ID = UUID("6f1c1a52-4f6b-4a8e-9d42-0a6c0de7b001")
SCRIPTS = sorted((path.parent.parent.name, path.stem) for path in HOUSE.rglob("lua/*.lua"))


def test_our_keys_are_called_what_they_were_always_called() -> None:
    assert {
        ours.OUTBOX, ours.OUTBOX_REFUSED, ours.METRICS, ours.SCHEDULER_HEARTBEAT, ours.PERMITS_EPOCH,
        ours.MAINTENANCE_TURN,
        ours.ALERTS_RAISED, ours.ALERTS_TURN, ours.REQUEST_RATE_PREFIX, ours.lease_key(ID), ours.submission_key(ID),
        ours.permits_key("shop"), ours.turns_key("shop"), ours.instance_pause_key("shop"), ours.notices_key("log"),
        ours.session_key("f00"),
    } == {
        "aurora:outbox", "aurora:outbox:refused", "aurora:metrics", "aurora:heartbeat:scheduler", "aurora:pace:epoch",
        "aurora:maintenance:turn",
        "aurora:alerts:raised", "aurora:alerts:turn", "aurora:api:rate", f"aurora:handover:{ID}",
        f"aurora:api:asked:{ID}", "aurora:pace:shop:permits", "aurora:pace:shop:turns", "aurora:pace:shop:pause",
        "aurora:alerts:untold:log", "aurora:pages:session:f00",
    }  # fmt: skip


def strings(tree: ast.Module) -> Iterator[str]:
    """Every string of a module but its docstrings."""
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body and isinstance(node.body[0], ast.Expr)
    }  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.value


def test_nobody_else_names_a_key_connects_or_registers_a_script() -> None:
    found = set()
    for path in HOUSE.rglob("*.py"):
        source, name = path.read_text(), str(path.relative_to(HOUSE))
        if name == "storage/redis.py":
            continue
        found |= {f"{name} names {key}" for key in strings(ast.parse(source)) if key.startswith("aurora:")}
        found |= {f"{name} has {call}" for call in re.findall(r"register_script|Redis\.from_url|\bRedis\(", source)}
    assert not found


@pytest.mark.parametrize(("room", "name"), SCRIPTS)
def test_every_script_compiles_and_somebody_loads_it(redis_client: redis.Redis, room: str, name: str) -> None:
    source = ours.load_script(redis_client, room, name).script
    assert redis_client.script_load(source)
    assert str(source).startswith("--"), "a script begins with what it is for"
    assert any(f'"{name}"' in path.read_text() for path in (HOUSE / room).glob("*.py"))


def test_loading_a_script_asks_redis_for_nothing() -> None:
    away = redis.Redis(port=1)
    assert ours.load_script(away, "queue", "take").sha


def test_a_redis_that_is_away_is_known_at_once() -> None:
    connection = ours.connect_redis(RedisSettings(redis_url=SecretStr("redis://127.0.0.1:1/0")))
    took = []
    for _ in range(3):  # a wait of ours would be in each of them, one of a busy machine is not
        began = time.monotonic()
        with pytest.raises(redis.ConnectionError):
            connection.ping()
        took.append(time.monotonic() - began)
    assert min(took) < 1.0


def test_patience_bounds_an_answer_and_without_it_a_blocking_command_may_wait(stack: LocalStack) -> None:
    settings = RedisSettings(redis_url=SecretStr(stack.redis_url))
    with ours.connect_redis(settings, 0.2) as hurried, pytest.raises(redis.TimeoutError):
        hurried.blpop(["nothing"], timeout=1)
    with ours.connect_redis(settings) as patient:
        assert patient.blpop(["nothing"], timeout=1) is None
