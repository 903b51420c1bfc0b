"""Aurora Proactive Worker: writes to the owners of pet businesses on WhatsApp, once, on time and true."""

import sys

# httpx loads a command line of its own, with rich and pygments, wherever rich is installed: 4 MB of every worker for
# nothing. A module that is None cannot be imported, which httpx takes for "not installed".
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
