"""The commands of `vexil audit`, each in a module of its own."""

from cyclopts import App

from vexil.server.cli.commands.audit.consuming import consume, replay
from vexil.server.cli.commands.audit.exporting import export
from vexil.server.cli.commands.audit.searching import search
from vexil.server.cli.commands.audit.signing import checkpoint, key
from vexil.server.cli.commands.audit.verifying import verify

app = App(name="audit", help="Verify, sign, export and search what was done, and pass it on.")
app.command(verify)
app.command(key)
app.command(checkpoint)
app.command(export)
app.command(search)
app.command(consume)
app.command(replay)
