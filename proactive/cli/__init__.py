"""The scripts that people run: one module a script, each with its `main`."""
