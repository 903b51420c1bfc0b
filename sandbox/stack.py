"""The whole of Supabase, Redis and WhatsApp that the worker needs, as one thing on this machine.

Valkey, PostgreSQL, PostgREST, Supabase's front door and the sandbox gateway, on free ports of 127.0.0.1,
with their data, logs and secrets in one folder. What was in the folder is there again at the next start,
at the same addresses (unless somebody took a port) and with the same keys.
"""

from __future__ import annotations

import atexit
import os
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from sandbox import database
from sandbox.access import Access
from sandbox.folder import FolderLock, one_at_a_time
from sandbox.parts import front_part, gateway_part, valkey_part
from sandbox.postgres import dsn_of, forget_socket, postgres_part, superuser_dsn
from sandbox.postgrest import postgrest_part
from sandbox.service import Part, Service
from sandbox.spawn import Spawner
from sandbox.state import load_state

#: Held by the stack of this user that chooses its ports and starts.
_CHOOSING = Path(tempfile.gettempdir()) / f"aurora-ports-{os.getuid()}"


class LocalStack(Access):
    """Start and stop it as one; also a context manager.

    `services` holds the parts by name (`valkey`, `postgres`, `postgrest`, `front`, `gateway`), so that one
    of them can be stopped, killed, paused and brought back. `postgres` are settings of PostgreSQL that differ
    from a laptop's, such as `{"fsync": "on"}`.
    """

    def __init__(self, folder: Path, postgres: Mapping[str, str] | None = None) -> None:
        self.folder = folder.resolve()
        self._postgres = dict(postgres or {})
        self.services: dict[str, Service] = {}
        self._lock = FolderLock(self.folder)
        self._spawner = Spawner()

    def start(self) -> None:
        """Start everything and return when all of it serves; nothing is left running if that fails.

        Raises:
            PartMissing: a program is not on this machine and could not be fetched.
            LocalStackError: a part failed (its log's tail is in the message), or the folder is in use.
        """
        self._lock.take()
        atexit.register(self.stop)
        self._spawner = Spawner()
        pool = ThreadPoolExecutor()
        try:
            with one_at_a_time(_CHOOSING):  # a port is free until its part listens: another would choose it too
                self.state = load_state(self.folder)
                starts = (self._start_database, self._start_valkey, self._start_front, self._start_gateway)
                done, _ = wait([pool.submit(start) for start in starts], return_when=FIRST_EXCEPTION)
                for start in done:
                    start.result()
        except BaseException:
            self._end_services()
            pool.shutdown()
            self.stop()
            raise
        pool.shutdown()

    def stop(self) -> None:
        """End every process and let go of the folder; does nothing where nothing runs."""
        self._end_services()
        self._spawner.close()
        forget_socket(self.folder)
        self._lock.release()
        atexit.unregister(self.stop)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def migrate(self) -> None:
        """Apply the checkout's migrations again (a running stack) and return when PostgREST knows them."""
        database.migrate(self.dsn)
        self.see_functions_anew()

    def see_functions_anew(self) -> None:
        """Return once PostgREST knows what the database has now."""
        database.reload_schema(self.dsn, self._serves)

    def connect_instances(self, names: Iterable[str]) -> None:
        """Make the sandbox know these instances, connected, as if their owners had scanned the QR code."""
        for name in names:
            answer = httpx.post(
                f"{self.gateway_url}/sandbox/instances",
                json={"name": name, "state": "open"},
                trust_env=False,
            )
            answer.raise_for_status()

    def _start_database(self) -> None:
        self._start(postgres_part(self.folder, self._postgres))
        database.prepare(superuser_dsn(self.folder), self.dsn)
        self._start(postgrest_part(self.state, dsn_of(self.folder, "authenticator")))

    def _start_valkey(self) -> None:
        self._start(valkey_part(self.state, self.folder))

    def _start_front(self) -> None:
        self._start(front_part(self.state))

    def _start_gateway(self) -> None:
        self._start(gateway_part(self.state, self.folder))

    def _start(self, part: Part) -> None:
        service = Service(part, self._spawner, self.folder)
        self.services[part.name] = service
        service.start()

    def _end_services(self) -> None:
        self._spawner.refuse_more()
        for service in list(self.services.values()):
            service.ask_to_end()
        for service in list(self.services.values()):
            service.stop()

    def _serves(self, function: str) -> bool:
        headers = {"apikey": self.service_role_key, "Authorization": f"Bearer {self.service_role_key}"}
        answer = httpx.get(f"{self.supabase_url}/rest/v1/rpc/{function}", headers=headers, trust_env=False)
        return answer.status_code == httpx.codes.OK
