"""The doctor: looks at everything that the worker needs, and says of each what is wrong and what to do."""
