"""The facts of a business: every read of the product's tables, through `storage.supabase`."""
