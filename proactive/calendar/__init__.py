"""The calendar of a business: which holidays there are. What a day is decides the database (33_calendar.sql)."""
