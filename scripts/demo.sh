#!/usr/bin/env bash
# The whole product on this machine: a real stack, the schedule, three workers, six messages, an inbox to write in.
#   scripts/demo.sh           stays up until Ctrl-C
#   scripts/demo.sh --once    ends by itself: plays a conversation to its report; status 0 only if it ended well
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/_environment.sh"
ensure_environment local
cd "$ROOT"
exec "$PYTHON" -m sandbox.demo "$@"
