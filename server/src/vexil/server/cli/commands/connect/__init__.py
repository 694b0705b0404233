"""`vexil connect`."""
