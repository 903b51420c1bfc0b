#!/usr/bin/env python3
"""List campaigns, show one, stop one: python scripts/campaign.py --help"""

import _checkout  # noqa: F401  the path first

from proactive.cli.doors import enter

enter("campaign")
