"""The calendars that a business subscribes to: which, and what they say. A child process fetches and reads them."""
