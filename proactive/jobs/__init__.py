"""RQ's entry points: one module a message type, and the tick that fans them out."""
