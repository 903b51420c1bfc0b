#!/usr/bin/env python3
"""Register and run the schedule: python scripts/schedule.py --help"""

import _checkout  # noqa: F401  the path first

from proactive.cli.doors import enter

enter("schedule")
