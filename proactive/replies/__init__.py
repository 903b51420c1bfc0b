"""The replies of people: what an owner's or a client's message on WhatsApp says. Pure functions, no network."""
