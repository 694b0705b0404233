"""Runs an engine in the foreground for somebody who wants to try Vexil with it; Ctrl-C or SIGTERM ends it.

python -m tests.support.engines dynamodb|redis [--port N] [--directory DIR]
"""

import argparse
import shlex
import signal
import sys
from contextlib import suppress
from pathlib import Path

from tests.support.engines.dynamodb import Database, dynamodb_local
from tests.support.engines.missing import EngineMissing
from tests.support.engines.process import EngineFailed
from tests.support.engines.redis import redis_process

_PORTS = {"dynamodb": 8000, "redis": 6379}


def main() -> None:
    """Runs the engine that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.engines")
    parser.add_argument("engine", choices=_PORTS)
    parser.add_argument("--port", type=int, help="default: the engine's usual one; 0: a free one")
    parser.add_argument(
        "--directory", type=Path, help="dynamodb: where it keeps its data; default: in memory"
    )
    arguments = parser.parse_args()
    port = _PORTS[arguments.engine] if arguments.port is None else arguments.port
    # As Ctrl-C, so that the engine ends too, and what it keeps is removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):
            if arguments.engine == "redis":
                _run_redis(port)
            else:
                _run_dynamodb(port, arguments.directory)
    except EngineMissing as missing:
        sys.exit(str(missing))
    except EngineFailed as failure:
        sys.exit(f"{arguments.engine} did not start; is port {port} free (ARGS='--port 0')?\n{failure}")


def _run_dynamodb(port: int, directory: Path | None) -> None:
    if directory is not None:
        directory.mkdir(parents=True, exist_ok=True)
    with dynamodb_local(port, directory) as engine:
        _say(f"DynamoDB Local: {engine.endpoint}, {f'data in {directory}' if directory else 'in memory'}.")
        _say(
            "It takes any credentials; each access key and region has tables of its own. In another shell:\n"
        )
        variables = Database(engine.endpoint).variables()
        _say("  export " + " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items()))
        _say("  .venv/bin/vexil store init --store dynamodb:vexil --yes")
        _say("  .venv/bin/vexil serve --store dynamodb:vexil\n")
        _say("Ctrl-C ends it.")
        engine.process.wait()


def _run_redis(port: int) -> None:
    with redis_process(port) as server:
        _say(f"Redis: {server.url}, without a password, keeps nothing. In another shell:\n")
        _say(f"  .venv/bin/vexil serve --hints {server.url}\n")
        _say("Ctrl-C ends it.")
        server.process.wait()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
