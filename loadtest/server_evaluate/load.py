"""One call that a server is asked over and over, and what came of it."""

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass, field

from google.protobuf.message import Message

from loadtest.processes import Serving, started_on


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one measurement: calls answered and failed, its length, processor time; times in seconds."""

    answered: int
    failed: int
    seconds: float
    server: float
    generator: float


@dataclass(frozen=True, slots=True)
class Load:
    """A call of one method (`/service/Method`) with one request, and with `authorization` where it is set."""

    server: Serving
    method: str
    request: Message
    authorization: str = ""
    outcomes: list[Outcome] = field(default_factory=list)

    def measure(self, seconds: float, core: int) -> None:
        """Asks for so long from that core, and adds the outcome. Raises RuntimeError when a call fails."""
        arguments = [self.server.target, str(self.server.pid), self.method, str(seconds), self.authorization]
        command = [sys.executable, "-m", "loadtest.server_evaluate.generator", *arguments]
        request = self.request.SerializeToString()
        with started_on(core):
            done = subprocess.run(command, check=True, input=request, stdout=subprocess.PIPE)
        outcome = Outcome(**json.loads(done.stdout))
        if outcome.failed:
            raise RuntimeError(f"{outcome.failed} of {outcome.failed + outcome.answered} calls failed")
        self.outcomes.append(outcome)

    @property
    def rate(self) -> float:
        """Calls a second; the median of the measurements."""
        return statistics.median([outcome.answered / outcome.seconds for outcome in self.outcomes])

    @property
    def cpu(self) -> float:
        """The server's processor time for a call, in µs; the median of the measurements."""
        return statistics.median([outcome.server / outcome.answered * 1e6 for outcome in self.outcomes])

    @property
    def generator_busy(self) -> float:
        """How much of its core the generator used at most, from 0 to 1: near 1 it was the limit."""
        return max(outcome.generator / outcome.seconds for outcome in self.outcomes)
