"""What goes out next: which message, to whom, when, and why not."""
