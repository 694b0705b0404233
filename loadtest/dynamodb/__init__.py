"""Vexil on DynamoDB's local engine: how fast commits arrive elsewhere, how many fit, and what they cost.

docs/scale.md has the arithmetic from these figures to a fleet on AWS.
"""

from collections.abc import Iterator

from rich.console import Console

from loadtest.dynamodb.cold_start import cold_start
from loadtest.dynamodb.engines import engines
from loadtest.dynamodb.metering import metering
from loadtest.dynamodb.propagation import propagation
from loadtest.dynamodb.rate import rate
from loadtest.plan import Plan
from loadtest.results import Figure

NAME = "dynamodb"


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields times, rates and request units. Raises NotInstallable where Java or Redis is missing."""
    with engines() as running:
        # The rate first: it warms up the engine, which is slow until Java has compiled what it needs most.
        for part in (rate, propagation, metering, cold_start):
            yield from part(NAME, plan, running, console)
