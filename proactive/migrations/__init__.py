"""The migrations: how the database becomes what the worker needs, and what was applied of them."""
