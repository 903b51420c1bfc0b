"""The Aurora AI: what it is sent, and the check of what it writes."""
