"""What stands in on a laptop: the embedded stack, the sandbox gateway, the demo data."""
