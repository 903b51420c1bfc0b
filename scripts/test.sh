#!/usr/bin/env bash
# Every test, on a real stack: the linters, the types, then pytest. Arguments go to pytest:
#   scripts/test.sh                         everything but what takes minutes
#   scripts/test.sh tests/facts -k midnight
#   scripts/test.sh -m long                 what takes minutes
# Tests of pages want a Chromium, tests of the Prometheus rules promtool, those of the TypeScript client Node with npm's
# packages; without them they are skipped with a reason. In CI the first two are never skipped (they are installed where
# apt can), and the last one only where there is no Node or no registry.
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
CLIENT=clients/typescript
if command -v npm >/dev/null && ! [ "$CLIENT/node_modules/.package-lock.json" -nt "$CLIENT/package-lock.json" ]; then
  echo "Installing npm's packages of the TypeScript client..."
  if npm ci --prefix "$CLIENT" --silent --fetch-retries 1 --fetch-timeout 20000 >/dev/null 2>&1; then
    touch "$CLIENT/node_modules/.package-lock.json"
  else
    export NPM_UNREACHABLE=1
    echo "npm could not install them: tests of the client are skipped" >&2
  fi
fi
if [ $# -eq 0 ]; then
  echo "The linter: ruff";         "$PYTHON" -m ruff check .; "$PYTHON" -m ruff format --check --quiet .
  echo "The types: mypy --strict"; "$PYTHON" -m mypy
  echo "The tests, five files at a time, each on a stack of its own; under ten minutes on two cores"
  # most of the time is spent waiting for real processes. Files are dealt out in a random order as well,
  # those that wait longest first
  set -- -m "not long" --numprocesses 5 --dist loadfile --no-loadscope-reorder
fi
exec "$PYTHON" -m pytest -rs "$@"
