"""Parameters that several commands share."""

from typing import Annotated

from cyclopts import Parameter

from vexil.core.resource import Kind

KindFilter = Annotated[Kind | None, Parameter(help="Only resources of this kind.")]
KindChoice = Annotated[Kind, Parameter(help="The resource's kind.")]
AtRevision = Annotated[int | None, Parameter(help="As it was at this revision. Default: now.")]
CommitMessage = Annotated[str, Parameter(alias="-m", help="Why, for the history.")]
DryRun = Annotated[bool, Parameter(negative=(), help="Show what would change, and change nothing.")]
ExitCode = Annotated[bool, Parameter(negative=(), help="End with exit code 7 when there are differences.")]
Yes = Annotated[bool, Parameter(alias="-y", negative=(), help="Don't ask before changing something.")]
IfVersion = Annotated[
    int | None,
    Parameter(help="Only if the environment's own resource has this version; 0: only if it has none."),
]
