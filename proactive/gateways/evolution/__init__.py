"""Evolution API v2: its HTTP, its error table, its messages, its webhooks."""
