"""Where commits are kept: one port, and the backends behind it."""
