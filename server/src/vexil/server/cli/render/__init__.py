"""How things look: tables, trees, diffs, as plain text or in colour."""
