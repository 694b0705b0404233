"""The `vexil` command as its users run it, against a server in another process."""

import io
import json
import os
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vexil.server.cli.app import run

VEXIL = (sys.executable, "-m", "vexil.server.cli")

MANIFEST = """\
namespace:
  name: {namespace}
  owner: storefront
environments:
  base: {{}}
  staging: {{parent: base}}
  prod: {{parent: base, production: true}}
definitions:
  timeout: {{type: int, minimum: 1, maximum: 100}}
---
namespace: {namespace}
environment: base
segments:
  beta: {{included: [user-7]}}
settings:
  timeout: 5
  banner: Welcome
  checkout:
    tags: [checkout]
    variants: {{on: true, off: false}}
    rules:
      - id: testers
        if: {{segment: beta}}
        serve: on
      - id: plans
        if: {{attribute: plan, in: [beta, staff]}}
        serve: on
    serve: off
---
namespace: {namespace}
environment: prod
settings:
  timeout: 7
"""
"""A namespace with three environments, two of which set something."""


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it wrote to stdout, as JSON."""
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        """What it wrote to stderr, as JSON."""
        return json.loads(self.err)["error"]


@dataclass(frozen=True)
class Cli:
    """Runs commands in one namespace and environment of one server.

    A call runs the command in this process, which takes a tenth of the time; `process` in one of its own.
    """

    target: str
    directory: Path
    namespace: str
    environment: str = "prod"
    variables: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, input: str = "", code: int = 0, **variables: str) -> Done:  # noqa: A002
        """Runs one command to its end, which must be this exit code."""
        out, err = io.StringIO(), io.StringIO()
        stdin, before = sys.stdin, dict(os.environ)
        sys.stdin = io.TextIOWrapper(io.BytesIO(input.encode()), encoding="utf-8")
        try:
            os.environ.clear()
            os.environ.update({**self.environ, **variables})
            with redirect_stdout(out), redirect_stderr(err), chdir(self.directory):
                done = Done(run(list(arguments)), out.getvalue(), err.getvalue())
        finally:
            sys.stdin = stdin
            os.environ.clear()
            os.environ.update(before)
        assert done.code == code, (arguments, done)
        return done

    def process(self, *arguments: str, input: str = "", code: int = 0, **variables: str) -> Done:  # noqa: A002
        """The same in a process of its own."""
        ended = subprocess.run(
            [*VEXIL, *arguments],
            input=input,
            capture_output=True,
            text=True,
            env={**self.environ, **variables},
            cwd=self.directory,
            timeout=60,
            check=False,
        )
        done = Done(ended.returncode, ended.stdout, ended.stderr)
        assert done.code == code, (arguments, done)
        return done

    def start(self, *arguments: str, **streams: Any) -> "subprocess.Popen[str]":
        """Starts a command in a process of its own and leaves it running."""
        return subprocess.Popen(
            [*VEXIL, *arguments], text=True, env=self.environ, cwd=self.directory, **streams
        )

    def apply(self, text: str, *arguments: str, code: int = 0) -> Done:
        """Applies a manifest from a file."""
        path = self.directory / "manifest.yaml"
        path.write_text(text)
        return self("apply", "-f", str(path), *arguments, code=code)

    @property
    def environ(self) -> dict[str, str]:
        """The variables of its processes: none of the outside's own that steer vexil."""
        steering = ("VEXIL_", "NO_COLOR", "FORCE_COLOR")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(steering)}
        return {
            **inherited,
            "VEXIL_TARGET": self.target,
            "VEXIL_NAMESPACE": self.namespace,
            "VEXIL_ENVIRONMENT": self.environment,
            "VEXIL_CONFIG": str(self.directory / "config.toml"),
            **self.variables,
        }
