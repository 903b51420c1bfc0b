# Sourced by demo.sh and test.sh: an environment of the checkout's own in .venv, made once, made again only
# when what it holds has changed. Sets ROOT and PYTHON. Needs Python 3.11+ and pip's registry, nothing else.
# PYTHON3 names the interpreter; without it the newest tested one on the PATH is taken. PACKAGES=newest takes the newest
# packages within setup.cfg's bounds that the registry has today; without it the tested ones are taken, byte for byte.

ROOT=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
PYTHON="$ROOT/.venv/bin/python"

_version() { "$1" -c 'import sys; print(sys.version)' 2>/dev/null; }

_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

_find_python() {
  local candidate bare=""
  if [ -n "${PYTHON3:-}" ]; then
    _new_enough "$PYTHON3" && echo "$PYTHON3" && return
    echo "PYTHON3 is $PYTHON3, which is not Python 3.11 or newer." >&2
    return 1
  fi
  for candidate in python3.13 python3.12 python3.11 python3 python3.14; do
    command -v "$candidate" >/dev/null && _new_enough "$candidate" || continue
    "$candidate" -c 'import venv, ensurepip' 2>/dev/null && echo "$candidate" && return
    bare=$candidate
  done
  if [ -n "$bare" ]; then
    echo "Python's venv module is missing from $bare (Debian: apt install python3-venv)." >&2
  else
    echo "Python 3.11 or newer is needed; set PYTHON3 to it if it is not on the PATH." >&2
  fi
  return 1
}

# whether .venv is there, runs, and is of the Python that PYTHON3 names
_usable() {
  [ -x "$PYTHON" ] && "$PYTHON" -c '' 2>/dev/null || return
  [ -z "${PYTHON3:-}" ] || [ "$(_version "$PYTHON3")" = "$(_version "$PYTHON")" ]
}

# install EXTRAS into .venv: the packages, then the checkout itself, which needs no more of the registry
_install() {
  local quiet="-qq --disable-pip-version-check --no-warn-script-location --no-compile"
  if [ "${PACKAGES:-tested}" = newest ]; then
    "$PYTHON" -m pip install $quiet --upgrade --upgrade-strategy eager -e "$ROOT[$1]"
    return
  fi
  set -- "$1" -r "$ROOT/requirements.txt" -r "$ROOT/requirements-local.txt"
  case $1 in *test*) set -- "$@" -r "$ROOT/requirements-test.txt" ;; esac
  shift
  "$PYTHON" -m pip install $quiet --require-hashes "$@" &&
    "$PYTHON" -m pip install $quiet --no-deps --no-build-isolation -e "$ROOT"
}

# ensure_environment EXTRAS: for example ensure_environment local,test
ensure_environment() {
  local stamp="$ROOT/.venv/.made-of" of python
  if ! [ -w "$ROOT" ]; then
    echo "The checkout cannot be written to ($ROOT): copy it to a folder of your own, .venv and .local are made in it." >&2
    return 1
  fi
  of="$ROOT ${PACKAGES:-tested} $(cat "$ROOT/pyproject.toml" "$ROOT/setup.cfg" "$ROOT"/requirements*.txt | cksum)"
  if _usable && [ -f "$stamp" ] && grep -qxF -- "$1 $of" "$stamp"; then
    return
  fi
  python=$(_find_python) || return
  echo "Setting up .venv with $("$python" -V) (once; about half a minute)..."
  _usable || { rm -rf "$ROOT/.venv" && "$python" -m venv "$ROOT/.venv"; } || {
    echo "The environment could not be made in $ROOT/.venv; what Python said is above." >&2
    return 1
  }
  _install "$1" || {
    echo "The packages could not be installed; what pip said is above." >&2
    return 1
  }
  # on every core, unlike pip: each of our many processes starts in a third of the time and needs less memory for it
  "$PYTHON" -m compileall -qq -j 0 "$ROOT/.venv/lib" || true  # a package may ship code for another Python
  # what was made for the tests serves the demo as well
  { grep -F -- " $of" "$stamp" 2>/dev/null || true; printf '%s\n' "$1 $of" "${1%%,*} $of"; } > "$stamp.new"
  mv "$stamp.new" "$stamp"
}
