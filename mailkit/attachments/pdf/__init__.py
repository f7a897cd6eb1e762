"""Portable documents (ISO 32000): what they do, and the files in them."""
