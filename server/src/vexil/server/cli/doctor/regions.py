"""Whether a region has all that is known to exist, and whether anything was left behind."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vexil.core.errors import VexilError
from vexil.server.cli.advice import advice_for
from vexil.server.cli.doctor.finding import Finding, bad, doubtful, good
from vexil.server.cli.render.text import counted
from vexil.server.stores.dynamodb.clients import Limits
from vexil.server.stores.dynamodb.place import DynamoDBPlace

if TYPE_CHECKING:
    from vexil.server.stores.dynamodb.regions.survey import Survey


def check_regions(store: str, timeout: float) -> Iterator[Finding]:
    """Every namespace of a store in DynamoDB, as its region has it."""
    try:
        surveys = asyncio.run(_surveys(DynamoDBPlace.parse(store), timeout))
    except VexilError as error:
        yield bad("regions", error.message, advice_for(error))
        return
    yield good("regions", f"here are {counted(len(surveys), 'namespace')}")
    for survey in surveys:
        namespace, here = survey.stored.namespace, survey.seen.head.revision
        if survey.missing is not None:
            yield doubtful(
                namespace,
                f"waits for revision {survey.missing} from {survey.home}: {here} of "
                f"{survey.stored.head.revision} are here",
                "A second is usual; if it lasts, look at the table's replication (ReplicationLatency).",
            )
        if survey.stored.fenced:
            yield bad(
                namespace,
                f"no region takes commits: {survey.home} is fenced",
                "Finish what was begun: vexil region promote.",
            )
        if left := survey.left_behind.count:
            yield doubtful(
                namespace,
                f"not part of the log: {counted(left, 'commit')} of a former home",
                f"`vexil region conflicts {namespace}` lists and exports them.",
            )


async def _surveys(place: DynamoDBPlace, patience: float) -> "Sequence[Survey]":
    place.session()
    from vexil.server.stores.dynamodb.regions.desk import opened  # noqa: PLC0415 - needs boto3

    limits = Limits(connect_timeout=patience, read_timeout=patience, attempts=2, call_timeout=3 * patience)
    async with opened(place, None, limits) as desk:
        return await desk.surveys()
