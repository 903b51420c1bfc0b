"""The deadline and the largest size of an HTTP answer, for every client: `session` (requests), `client` (httpx)."""
