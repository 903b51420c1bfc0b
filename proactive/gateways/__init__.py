"""The gateways to WhatsApp: their protocol, one folder a gateway, phone numbers, and the rate limiter."""
