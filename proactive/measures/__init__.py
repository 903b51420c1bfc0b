"""Measures: what the workers count and time, all of them together, in one hash in Redis."""

from proactive.measures.pipeline import MeasuredPipeline
from proactive.measures.stopwatch import Stopwatch

__all__ = ["MeasuredPipeline", "Stopwatch"]
