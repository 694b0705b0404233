"""People with passwords: inviting them, their passwords, and the sessions that they log in to."""
