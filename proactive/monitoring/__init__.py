"""Monitoring: what operators see and are notified of, read from what all processes share."""
