"""The vocabularies of the message types: a module a type, with its `VOCABULARY`."""
