"""Between Amazon Connect and Vexil."""
