"""A Lambda function as AWS runs it: AWS's own runtime for Python, behind the Runtime Interface Emulator.

The time limit is enforced, a function that dies is started anew by the next invocation, and what the function
and its runtime write can be read.
"""

import http.client
import json
import os
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.engines.lambda_install import emulator
from tests.support.engines.missing import EngineMissing
from tests.support.engines.ports import free_ports
from tests.support.engines.process import EngineFailed, EngineProcess, engine_process

_PATH = "/2015-03-31/functions/function/invocations"
_INIT = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)")
_PATIENCE = 30.0
"""Seconds beyond the function's own limit after which there should have been an answer."""


class Invocation(NamedTuple):
    """What came of one: the answer, as parsed JSON, and how many seconds it took as the caller sees it."""

    payload: Any
    seconds: float

    @property
    def error(self) -> str | None:
        """The type of the error that the function ended with, such as `ValueError`; None: it did not."""
        return self.payload.get("errorType") if isinstance(self.payload, dict) else None


class LambdaRuntime:
    """A running function, one environment of it: invocations queue up, whichever thread they come from."""

    def __init__(self, process: EngineProcess, port: int, timeout: int) -> None:
        self.process = process
        self._port = port
        self._timeout = timeout
        # Two at once would crash the emulator.
        self._one = threading.Lock()

    def invoke(self, event: Any) -> Invocation:
        """Invokes the function and waits for its answer.

        One that takes too long ends with the error `Sandbox.Timedout`, one whose process ends with
        `Runtime.ExitError`. Raises EngineFailed when the emulator itself does not answer.
        """
        with self._one:
            connection = http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=self._timeout + _PATIENCE
            )
            try:
                begin = time.perf_counter()
                connection.request("POST", _PATH, json.dumps(event))
                answer = connection.getresponse().read()
                seconds = time.perf_counter() - begin
            except (OSError, http.client.HTTPException) as error:
                raise EngineFailed("\n".join(["the emulator does not answer:", *self.log])) from error
            finally:
                connection.close()
        return Invocation(_parsed(answer), seconds)

    @property
    def log(self) -> Sequence[str]:
        """What the function and its runtime have written so far, as lines; of that the last 2,000."""
        return self.process.lines

    def wait_for_log(self, pattern: str) -> re.Match[str]:
        """The first match in a line of the log, which lags behind answers a little."""
        return self.process.wait_for(pattern)

    @property
    def init_seconds(self) -> float:
        """How long the first start took, imports included, as the runtime reports it.

        The first invocation starts it.
        """
        return float(self.process.wait_for(_INIT.pattern)[1]) / 1000

    @property
    def starts(self) -> int:
        """How often the runtime has started so far."""
        return sum(_INIT.search(line) is not None for line in self.log)


@contextmanager
def lambda_runtime(
    handler: str,
    environment: Mapping[str, str] | None = None,
    timeout: int = 8,
    code: Path | None = None,
) -> Iterator[LambdaRuntime]:
    """Runs `module.function` with this environment and nothing of this process's, as long as the block runs.

    `timeout` is the time limit of an invocation in seconds; `code` is the directory with the function's
    modules, None: it is installed here. Raises EngineMissing where the emulator or the runtime can't be had.
    """
    if find_spec("awslambdaric") is None:
        raise EngineMissing("awslambdaric, Lambda's runtime for Python, is not installed; do: make setup")
    program = emulator()
    port, inner = free_ports(2)
    command = [
        *(str(program), "--runtime-interface-emulator-address", f"127.0.0.1:{port}"),
        *("--runtime-api-address", f"127.0.0.1:{inner}"),
        *(sys.executable, "-m", "awslambdaric", handler),
    ]
    variables = {
        "PATH": os.environ.get("PATH", os.defpath),
        "AWS_LAMBDA_FUNCTION_NAME": handler.partition(".")[0],
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout),
        **(environment or {}),
    }
    started = engine_process(command, r"\(rapid\) exec ", variables, secluded=True, directory=code)
    with started as (process, _):
        _wait_until_listening(port, process)
        yield LambdaRuntime(process, port, timeout)


def _wait_until_listening(port: int, process: EngineProcess) -> None:
    """It says that it is up a little before it listens."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), _PATIENCE).close()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise EngineFailed("\n".join(["the emulator does not listen:", *process.lines])) from None
            time.sleep(0.01)
        else:
            return


def _parsed(answer: bytes) -> Any:
    text = answer.decode()
    if text.startswith("Task timed out"):
        return {"errorType": "Sandbox.Timedout", "errorMessage": text}
    return json.loads(text)
