"""How we say what is true: layouts, pt-BR formats, the Aurora AI and the check of what it writes."""
