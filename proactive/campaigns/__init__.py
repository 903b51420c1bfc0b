"""The campaigns: what owners are offered and say yes to, and what their clients hear."""
