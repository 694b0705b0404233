"""The Vexil server and the `vexil` command."""
