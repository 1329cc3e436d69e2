"""Direct identifiers in free text, Chinese and English: what they look like, and taken out."""
