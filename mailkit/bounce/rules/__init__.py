"""The wordings: TOML files, read in the order of their names, earlier rules first.

`rules.json` holds all of them in one piece, because reading TOML costs more than all the rest of a
cold start; `words.json` holds their literals as they are looked for. Both are written by
``python -m mailkit.bounce.rules``, and a test holds them fresh.
"""
