"""The Aurora AI: its client, what it is asked, and the check of the two lines that it writes."""
