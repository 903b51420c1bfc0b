"""The message types: one module a type, its template beside it, and their registry."""
