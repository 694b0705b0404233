"""The commands of `vexil connect`."""

from cyclopts import App

from vexil.server.cli.commands.connect.checking import validate
from vexil.server.cli.commands.connect.drawing import graph
from vexil.server.cli.commands.connect.reading import list_flows, show
from vexil.server.cli.commands.connect.rendering import render
from vexil.server.cli.commands.connect.simulating import simulate
from vexil.server.cli.commands.connect.versions import diff, rollback
from vexil.server.cli.commands.importing_items import connect as import_tables

flow = App(name="flow", help="Check, draw, fill, list, compare and roll back contact flows.")
flow.command(validate)
flow.command(graph)
flow.command(render)
flow.command(list_flows, name="list")
flow.command(show)
flow.command(diff)
flow.command(rollback)

app = App(
    name="connect", help="Check, fill and compare contact flows of Amazon Connect, and load its tables."
)
app.command(flow)
app.command(simulate)
app.command(import_tables, name="import")
