"""Documents: their macros, the objects and files in them."""
