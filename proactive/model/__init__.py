"""The words we speak: message types, facts, drafts, receipts. Frozen values, nothing of ours imported."""
