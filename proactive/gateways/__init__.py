"""How it travels: the gateway protocol, one module a gateway, phone numbers, and the pace."""
