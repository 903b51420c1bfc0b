"""The records of messages: rows in Supabase, leases in Redis, and what waits to be written."""
