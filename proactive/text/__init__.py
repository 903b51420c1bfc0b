"""The language of the messages: layouts, pt-BR formats, the Aurora AI and the check of what it writes."""
