"""The Vexil SDK."""
