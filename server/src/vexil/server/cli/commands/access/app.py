"""The commands of `vexil access`."""

from cyclopts import App

from vexil.server.cli.commands.access.asking import check, who_am_i
from vexil.server.cli.commands.access.beginning import init
from vexil.server.cli.commands.access.bindings import app as binding
from vexil.server.cli.commands.access.keys import app as key
from vexil.server.cli.commands.access.providers import app as provider
from vexil.server.cli.commands.access.roles import app as role
from vexil.server.cli.commands.access.users import app as user

app = App(name="access", help="Give and take permissions, keep service keys, ask who may.")
app.command(init)
app.command(who_am_i, name="whoami")
app.command(check)
app.command(key)
app.command(role)
app.command(binding)
app.command(provider)
app.command(user)
