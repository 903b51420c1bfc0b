"""The stack of the race: the local stack behind nginx, with the fast gateway and a disk that is waited for."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from bench.compare.gateway import FastGateway, fast_gateway_part
from bench.compare.nginx import configure, nginx_part
from sandbox import database
from sandbox.postgres import superuser_dsn
from sandbox.probe import HOST
from sandbox.processes import ROOT
from sandbox.service import Part
from sandbox.stack import LocalStack

_POSTGRES = {
    "fsync": "on", "full_page_writes": "on", "shared_buffers": "1GB", "max_wal_size": "8GB",
    "checkpoint_timeout": "1h", "track_commit_timestamp": "on",
}  # fmt: skip


class CompareStack(LocalStack):
    """PostgreSQL, PostgREST, Valkey, nginx and the fast gateway in `folder`; the database may be put further away."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, _POSTGRES)
        self._away = 0.0

    @property
    def access_log(self) -> Path:
        """A line for every request that nginx passed on."""
        return self.folder / "access.log"

    @property
    def superuser_dsn(self) -> str:
        """For what only PostgreSQL's superuser may do."""
        return superuser_dsn(self.folder)

    def gateway(self) -> FastGateway:
        """A connection to the gateway."""
        return FastGateway(self.state.ports["gateway"])

    def put_database_away(self, milliseconds: float) -> None:
        """From now on a request to the database travels `milliseconds` more, there and back."""
        if milliseconds == self._away:
            return
        self._away = milliseconds
        if relay := self.services.pop("relay", None):
            relay.stop()
        upstream = self.state.ports["postgrest"]
        if milliseconds:
            upstream = self._start_relay(upstream, milliseconds)
        configure(self.folder, self.state.ports["front"], upstream)
        self.services["front"].restart()

    def reload_schema(self) -> None:
        """Have PostgREST look at the tables again; returns once it has."""
        database.reload_schema(self.dsn, self._serves)

    def _start_front(self) -> None:
        configure(self.folder, self.state.ports["front"], self.state.ports["postgrest"])
        self._start(nginx_part(self.folder, self.state.ports["front"]))

    def _start_gateway(self) -> None:
        self._start(fast_gateway_part(self.state.ports["gateway"], self.state.gateway_key))

    def _start_relay(self, to: int, milliseconds: float) -> int:
        port = _free_port()
        argv = [sys.executable, "-m", "bench.compare.relay", "--port", str(port), "--to", str(to)]
        argv += ["--milliseconds", f"{milliseconds:g}"]
        self._start(Part("relay", tuple(argv), lambda: _listens(port), {"PYTHONPATH": str(ROOT)}))
        return port


def _free_port() -> int:
    with socket.socket() as candidate:
        candidate.bind((HOST, 0))
        port: int = candidate.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=5).close()
    except OSError:
        return False
    return True
