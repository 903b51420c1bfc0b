"""What people run: one module a script, each with its `main`."""
