"""`vexil access`: who may do what."""
