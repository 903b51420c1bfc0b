# Sourced by demo.sh and test.sh: an environment of the checkout's own in .venv, made once, made again only
# when what it holds has changed. Sets ROOT and PYTHON. Needs Python 3.11+ and pip's registry, nothing else.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PYTHON="$ROOT/.venv/bin/python"

_find_python() {
  local candidate
  for candidate in "${PYTHON3:-}" python3.13 python3.12 python3.11 python3 python3.14; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null || continue
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$candidate" && return
  done
  echo "Python 3.11 or newer is needed; set PYTHON3 to it if it is not on the PATH." >&2
  return 1
}

# ensure_environment EXTRAS: for example ensure_environment local,test
ensure_environment() {
  local stamp="$ROOT/.venv/.made-of" of python
  of="$ROOT $(cat "$ROOT/setup.cfg" "$ROOT/constraints.txt" | cksum)"
  if [ -x "$PYTHON" ] && [ -f "$stamp" ] && grep -qxF "$1 $of" "$stamp"; then
    return
  fi
  python=$(_find_python) || return
  echo "Setting up .venv (once; about half a minute)..."
  [ -x "$PYTHON" ] && "$PYTHON" -c '' 2>/dev/null || { rm -rf "$ROOT/.venv" && "$python" -m venv "$ROOT/.venv"; } || {
    echo "The environment could not be made: Python's venv module is missing (Debian: apt install python3-venv)." >&2
    return 1
  }
  "$PYTHON" -m pip install -qq --disable-pip-version-check --no-warn-script-location --no-compile \
    -c "$ROOT/constraints.txt" -e "$ROOT[$1]" || {
    echo "The packages could not be installed; what pip said is above." >&2
    return 1
  }
  # on every core, unlike pip: each of our many processes starts in a third of the time and needs less memory for it
  "$PYTHON" -m compileall -qq -j 0 "$ROOT/.venv/lib" || true  # a package may ship code for another Python
  # what was made for the tests serves the demo as well
  { grep -F " $of" "$stamp" 2>/dev/null || true; printf '%s\n' "$1 $of" "${1%%,*} $of"; } > "$stamp.new"
  mv "$stamp.new" "$stamp"
}
