"""The calendar of a business: which holidays there are, and what it says of its days by hand. What a day is, the
database decides (33_calendar.sql)."""
