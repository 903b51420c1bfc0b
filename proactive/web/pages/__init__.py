"""The pages for operators and business people: how it goes, and what became of each message."""
