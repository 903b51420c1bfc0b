#!/usr/bin/env python3
"""Show the queue, requeue what failed: python scripts/jobs.py --help"""

import _checkout  # noqa: F401  the path first

from proactive.cli.doors import enter

enter("jobs")
