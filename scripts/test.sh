#!/usr/bin/env bash
# Every test, on a real stack: the linters, the types, then pytest. Arguments go to pytest:
#   scripts/test.sh                         everything but what takes minutes
#   scripts/test.sh tests/facts -k midnight
#   scripts/test.sh -m long                 what takes minutes
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"
ensure_environment local,test,lint
cd "$ROOT"
if [ $# -eq 0 ]; then
  echo "ruff";         "$PYTHON" -m ruff check .
  echo "mypy --strict"; "$PYTHON" -m mypy
  set -- -m "not long"
fi
exec "$PYTHON" -m pytest "$@"
