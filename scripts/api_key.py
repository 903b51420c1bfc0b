#!/usr/bin/env python3
"""Make a service key for the API: python scripts/api_key.py --help"""

import _checkout  # noqa: F401  the path first

from proactive.cli.doors import enter

enter("api_key")
