"""The process `web`: API, pages, webhooks, metrics and health."""
