"""The pages for operators and business people: a panel of figures, and each message."""
