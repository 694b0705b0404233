"""How a setting is declared: its variable follows from its name."""

from cyclopts import Group, Parameter
from cyclopts.validators import Number


def option(name: str, group: Group, help: str, validator: Number | None = None) -> Parameter:  # noqa: A002
    """The setting's flag in `vexil serve`, whose variable is `VEXIL_` and the name in capitals."""
    return Parameter(env_var=f"VEXIL_{name.upper()}", group=group, help=help, validator=validator)
