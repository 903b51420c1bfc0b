"""Aurora Proactive Worker: writes to the owners of pet businesses on WhatsApp, once, on time and true."""
