"""What runs: workers, the scheduler, maintenance, the rq command."""
