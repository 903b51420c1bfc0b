"""The templates: which words of its own a business uses, since when, and who said so."""
