"""The fault harness: `bench/faults.py` runs it, `tests/acceptance/test_faults.py` runs a short version."""
