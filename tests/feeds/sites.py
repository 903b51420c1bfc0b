"""A site with a certificate of its own, in the place of those of calendars: what it was asked, and strange answers."""

from __future__ import annotations

import datetime as dt
import gzip
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "calendar.example.com"
PUBLIC = "8.8.8.8"
FILE = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@dataclass
class Asked:
    """A request: its path, headers in small letters, and the name that TLS was asked for."""

    path: str
    headers: dict[str, str]
    name: str | None


@dataclass
class Site:
    """The site: its port, the file of its certificate, what it was asked, and what it answers by path."""

    port: int
    certificate: str
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, Callable[[Any], None]] = field(default_factory=dict)


def certified(folder: Path, name: str = HOST) -> tuple[str, str]:
    """A certificate for a name (and for the address 8.8.8.8), and its key: two files."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ip_address(PUBLIC))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "site.pem", folder / "site.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(files[0]), str(files[1])


@contextmanager
def serving_site(folder: Path) -> Iterator[Site]:
    """A site that serves until the block ends."""
    certificate, key = certified(folder)
    site, stopped = Site(0, certificate), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        """Answers by path."""

        def do_GET(self) -> None:
            name = getattr(self.connection, "aurora_name", None)
            site.asked.append(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, name))
            answer = site.answers.get(self.path.partition("?")[0])
            (answer or answered(200, FILE))(self)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who is tested goes away
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def noted(connection: Any, name: str | None, _: object) -> None:
        connection.aurora_name = name

    context.sni_callback = noted
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    site.port = server.server_address[1]
    site.answers["/slow"] = dripping(stopped)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()


def answered(status: int, body: bytes = b"", **headers: str) -> Callable[[Any], None]:
    """An answer; headers have `_` for `-`."""

    def answer(handler: Any) -> None:
        handler.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def packed(body: bytes) -> Callable[[Any], None]:
    """An answer that nobody asked to be packed."""
    return answered(200, gzip.compress(body), Content_Encoding="gzip")


def dripping(stopped: threading.Event) -> Callable[[Any], None]:
    """An answer of a byte now and then, that never ends."""

    def answer(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not stopped.wait(0.02):
            handler.wfile.write(b"B")

    return answer
