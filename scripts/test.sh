#!/usr/bin/env bash
# Every test, on a real stack: the linters, the types, then pytest. Arguments go to pytest:
#   scripts/test.sh                         everything but what takes minutes
#   scripts/test.sh tests/facts -k midnight
#   scripts/test.sh -m long                 what takes minutes
# Tests of pages want a Chromium, tests of the Prometheus rules promtool; without them they are skipped with a
# reason. In CI nothing is skipped: there both are installed first, where apt can.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/_environment.sh"
ensure_environment local,test,lint

if [ -n "${CI:-}" ] && ! { command -v chromium && command -v promtool; } >/dev/null \
    && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "Installing chromium and promtool for CI..."
  apt-get -qq update >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium prometheus >/dev/null
fi

cd "$ROOT"
if [ $# -eq 0 ]; then
  echo "The linter: ruff";         "$PYTHON" -m ruff check .; "$PYTHON" -m ruff format --check --quiet .
  echo "The types: mypy --strict"; "$PYTHON" -m mypy
  echo "The tests, four files at a time, each on a stack of its own; under ten minutes on two cores"
  # most of the time is spent waiting for real processes. Files are dealt out in a random order as well,
  # those that wait longest first
  set -- -m "not long" --numprocesses 4 --dist loadfile --no-loadscope-reorder
fi
exec "$PYTHON" -m pytest -rs "$@"
