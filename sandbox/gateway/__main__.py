"""`python -m sandbox.gateway --port N --data FOLDER`: run the sandbox gateway; its API key is in `SANDBOX_API_KEY`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from sandbox.gateway.app import build_server


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.gateway", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="where to listen, on 127.0.0.1")
    parser.add_argument("--data", type=Path, required=True, help="the folder that keeps the messages")
    given = parser.parse_args()
    # not an argument: a process list shows those to everybody
    api_key = os.environ.get("SANDBOX_API_KEY")
    if not api_key:
        parser.error("set SANDBOX_API_KEY to the global API key")
    build_server(given.port, given.data, api_key).run()


if __name__ == "__main__":
    main()
