"""What this server connects to by HTTP: only places that are allowed, and no other by a detour."""
