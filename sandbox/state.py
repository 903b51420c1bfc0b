"""What a stack must remember to come back as itself: its ports, its secrets, the age of its keys."""

from __future__ import annotations

import json
import secrets
import socket
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox.probe import HOST

# below the range that systems take outgoing ports from, so that nobody takes ours while a part is down
_FIRST_PORT, _PORTS = 15000, 17000
_PARTS = ("redis", "front", "postgrest", "postgrest_admin", "gateway")


@dataclass(frozen=True, slots=True)
class State:
    """Ports by part, the secret that signs the keys, the gateway's API key, when it was made (Unix seconds)."""

    ports: dict[str, int]
    jwt_secret: str
    gateway_key: str
    created: int


def load_state(folder: Path) -> State:
    """The state kept in `folder`, made anew the first time; ports that somebody took since are replaced."""
    file = folder / "state.json"
    known = json.loads(file.read_text()) if file.exists() else {}
    state = State(
        ports=_free_ports(known.get("ports", {})),
        jwt_secret=known.get("jwt_secret") or secrets.token_hex(32),
        gateway_key=known.get("gateway_key") or secrets.token_hex(16),
        created=known.get("created") or int(time.time()),
    )
    file.touch(mode=0o600)
    file.write_text(json.dumps(asdict(state), indent=2))
    return state


def _free_ports(known: dict[str, int]) -> dict[str, int]:
    ports: dict[str, int] = {}
    for part in _PARTS:
        port = known.get(part, 0)
        while port in ports.values() or not _free(port):
            port = _FIRST_PORT + secrets.randbelow(_PORTS)
        ports[part] = port
    return ports


def _free(port: int) -> bool:
    if not port:
        return False
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((HOST, port))
        except OSError:
            return False
    return True
