#!/usr/bin/env python3
"""Compose a message and print it: python scripts/preview.py --help"""

import _checkout  # noqa: F401  the path first

from proactive.cli.doors import enter

enter("preview")
