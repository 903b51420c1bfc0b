"""The one way to Supabase and the one way to Redis."""
