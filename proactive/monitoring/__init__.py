"""Monitoring: what operators see and are told. It reads what all processes share, and changes nothing of it."""
