#!/usr/bin/env python3
"""Put a message on the queue by hand: python scripts/enqueue.py --help"""

import _checkout  # noqa: F401  the path first

from proactive.cli.doors import enter

enter("enqueue")
