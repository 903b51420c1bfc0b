"""Reading an iCalendar file. Only the child process imports this: its libraries are heavy, its files strange."""
