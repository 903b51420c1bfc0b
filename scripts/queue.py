#!/usr/bin/env python3
"""Show the queue, requeue what failed: python scripts/queue.py --help"""

import _checkout  # noqa: F401  the path first

from proactive.commands import cli, queue

cli.run(queue.main)
