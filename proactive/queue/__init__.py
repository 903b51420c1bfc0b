"""The queue: putting tasks on it, its maintenance, and what can be seen of it."""
