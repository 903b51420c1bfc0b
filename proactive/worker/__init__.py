"""The worker process: it stays warm, takes what waits in batches, and survives a Redis that goes away."""

from proactive.worker.warm import WarmWorker

__all__ = ["WarmWorker"]
