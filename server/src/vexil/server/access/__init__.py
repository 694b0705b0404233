"""Who calls, and what they may do: service keys, permissions, and how both are changed."""
