"""Whether a store's tables in DynamoDB are as they should be."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from vexil.server.cli.doctor.finding import Finding, bad, doubtful, good
from vexil.server.stores.dynamodb.findings import State, findings
from vexil.server.stores.dynamodb.schema import Wanted

if TYPE_CHECKING:
    from vexil.server.stores.dynamodb.tables import Tables


def check_tables(tables: "Tables", wanted: Iterable[Wanted]) -> Iterator[Finding]:
    """Every property of every table. Raises VexilError when they can't be looked at."""
    for each in wanted:
        name = each.table.name
        for finding in findings(each, tables.find(name)):
            subject = f"{name}: {finding.aspect}"
            match finding.state:
                case State.OK:
                    yield good(subject, finding.text)
                case State.UNSUPPORTED:
                    yield doubtful(subject, finding.text, "AWS has it; this is for trying things out.")
                case State.MISSING:
                    steps = "; ".join(step.text for step in finding.steps)
                    yield bad(subject, finding.text, f"`vexil store init` would {steps}.")
                case State.WRONG:
                    yield bad(subject, finding.text, "`vexil store init` can't mend that.")
