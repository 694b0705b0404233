"""Watch: one shared history per selection, and subscribers who are positions in it."""
