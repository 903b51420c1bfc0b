"""What an owner chooses about Aurora's own messages by answering her on WhatsApp."""
