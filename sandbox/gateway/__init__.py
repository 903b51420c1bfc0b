"""A WhatsApp gateway for laptops and tests: it speaks Evolution API v2 and delivers to a web page."""
