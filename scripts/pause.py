#!/usr/bin/env python3
"""Pause sending, resume it, list what is paused: python scripts/pause.py --help"""

import _checkout  # noqa: F401  the path first

from proactive.cli.doors import enter

enter("pause")
