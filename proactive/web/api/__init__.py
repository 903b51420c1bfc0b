"""The HTTP API: who may do what, said in one place, and the endpoints."""
