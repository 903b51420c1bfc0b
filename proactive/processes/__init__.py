"""The processes: workers, the scheduler, maintenance, the rq command."""
