"""The wordings: TOML files, read in the order of their names, earlier rules first.

`rules.json` holds all of them in one piece, because reading TOML costs more than all the rest of a
cold start. It is written by ``python -m mailkit.bounce.rules`` and a test holds it fresh.
"""
