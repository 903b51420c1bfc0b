"""Authentication: who calls, and which organisations the caller may see."""
