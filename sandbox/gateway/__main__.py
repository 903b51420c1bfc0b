"""`python -m sandbox.gateway --port N --data FOLDER --api-key KEY`: run the sandbox gateway."""

from __future__ import annotations

import argparse
from pathlib import Path

from sandbox.gateway.app import build_server


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.gateway", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="where to listen, on 127.0.0.1")
    parser.add_argument("--data", type=Path, required=True, help="the folder that keeps the messages")
    parser.add_argument("--api-key", required=True, help="the global API key")
    given = parser.parse_args()
    build_server(given.port, given.data, given.api_key).run()


if __name__ == "__main__":
    main()
