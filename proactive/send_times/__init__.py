"""When a message goes out to an owner: the times that can be chosen, and those that were."""
