"""The demo: three businesses, six messages on their way, an inbox to look at."""
