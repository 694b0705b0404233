"""The commands of `vexil audit`, each in a module of its own."""

from cyclopts import App

_HERE = "vexil.server.cli.commands.audit"

app = App(name="audit", help="Verify, sign, export and search what was done, and pass it on.")
app.command(f"{_HERE}.verifying:verify", name="verify")
app.command(f"{_HERE}.signing:key", name="key")
app.command(f"{_HERE}.signing:checkpoint", name="checkpoint")
app.command(f"{_HERE}.exporting:export", name="export")
app.command(f"{_HERE}.searching:search", name="search")
app.command(f"{_HERE}.consuming:consume", name="consume")
app.command(f"{_HERE}.consuming:replay", name="replay")
