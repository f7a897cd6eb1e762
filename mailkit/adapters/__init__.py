"""Seams to programs that ask mailkit: each module speaks the language of one, and is imported by nobody else.

`docs/drivers.md` has a recipe for each list driver.
"""
