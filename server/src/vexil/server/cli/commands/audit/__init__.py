"""`vexil audit`."""
