"""`python -m vexil.server.cli` is `vexil`."""

from vexil.server.cli import main

main()
