"""What happened to a message: its record in Supabase, its claim in Redis, and what waits to be written."""
