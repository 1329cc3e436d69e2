"""Rules between publish and the reader: whole tables, and nobody is named."""
