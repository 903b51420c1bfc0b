"""The values that every room uses: occurrences, tasks, facts, drafts, receipts, failures; frozen, without any room."""
