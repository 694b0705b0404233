"""Where secrets come from: one module for each keeper, imported when the first secret is there."""
