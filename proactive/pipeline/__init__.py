"""The pipeline: in which order a message goes its way, and at most once."""
