"""Makes a script run from any folder and, where it is there, in the checkout's own environment.

Replacing the scripts' folder on the path matters beyond convenience: `queue.py` lies there, and the
standard library has a module of that name.
"""

import os
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_PYTHON = _ROOT / ".venv" / "bin" / "python"

sys.path[0] = str(_ROOT)

if _PYTHON.exists() and Path(sys.prefix).resolve() != (_ROOT / ".venv").resolve() and "VIRTUAL_ENV" not in os.environ:
    os.execv(_PYTHON, [str(_PYTHON), *sys.argv])  # noqa: S606  ourselves, in the right environment
