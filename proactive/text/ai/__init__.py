"""The Aurora AI: its client, the placeholders that it gets for names, and the check of what it writes."""
