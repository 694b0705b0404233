"""`vexil demo`: the main job in half a minute, with real processes and nothing to set up."""
