"""The queue: how tasks get on it, what keeps it moving, and what can be seen of it."""
