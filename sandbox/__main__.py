"""`python -m sandbox`: the stack in the foreground, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import signal
import sys
from pathlib import Path

from sandbox.demo.fill import fill_demo
from sandbox.demo.receipts import tell_web
from sandbox.errors import LocalStackError
from sandbox.stack import LocalStack
from sandbox.waiting import wait_for_signal

_FOLDER = Path(__file__).parent.parent / ".local" / "stack"
_ENDS = signal.SIGINT, signal.SIGTERM


def main() -> int:
    """Run until told to stop; 0 if it was told to, 1 (and one explanation) if it could not start."""
    arguments = _parser().parse_args()
    for number in _ENDS:
        signal.signal(number, _interrupt)
    try:
        if arguments.fresh:
            _empty(arguments.folder)
        with LocalStack(arguments.folder) as stack:
            _say(stack, arguments)
            wait_for_signal()
    except LocalStackError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--folder", type=Path, default=_FOLDER, help="default: .local/stack")
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier run left in the folder")
    parser.add_argument("--demo", action="store_true", help="fill in the demo businesses")
    parser.add_argument(
        "--webhooks", metavar="URL", help="with --demo: tell this web process of receipts, replies and connections"
    )
    parser.add_argument("--env", type=Path, metavar="FILE", help="write the worker's environment to a dotenv file")
    return parser


def _say(stack: LocalStack, arguments: argparse.Namespace) -> None:
    if arguments.demo:
        demo = fill_demo(stack.dsn, dt.datetime.now(dt.UTC))
        stack.connect_instances(demo.instances)
        if arguments.webhooks:
            tell_web(stack, arguments.webhooks.rstrip("/"), demo.instances)
    if arguments.env:
        _write_environment(arguments.env, stack.environment())
    print(f"Supabase  {stack.supabase_url}")
    print(f"Redis     {stack.redis_url}")
    print(f"WhatsApp  {stack.gateway_url}")
    print(f"Database  {stack.dsn}")
    print(f"Folder    {stack.folder}")
    print("Ctrl-C ends it.", flush=True)


def _write_environment(file: Path, environment: dict[str, str]) -> None:
    lines = "".join(f"{name}={value}\n" for name, value in environment.items())
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
        output.write(lines)


def _empty(folder: Path) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / "state.json").exists():
        raise LocalStackError("This folder holds something else than a stack: it is not emptied.")
    shutil.rmtree(folder)


def _interrupt(number: int, frame: object) -> None:
    for impatient in _ENDS:
        signal.signal(impatient, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
