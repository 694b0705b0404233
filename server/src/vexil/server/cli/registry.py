"""The list of commands: where each is found and what it is for, known without importing any of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, the import path of its function or of its `App`, and a summary for the help."""

    name: str
    path: str
    summary: str
    settings: Mapping[str, Any] = field(default_factory=dict)


def installed_version() -> str:
    """The version of this distribution."""
    from importlib.metadata import version  # noqa: PLC0415 - slow, and seldom asked for

    return version("vexil-server")


def _function(name: str, place: str, summary: str) -> Command:
    # The epilogue of `vexil --help` is not repeated under each command; an `App` says so itself.
    return Command(name, f"vexil.server.cli.{place}", summary, {"help_epilogue": ""})


def _group(name: str, place: str, summary: str) -> Command:
    return Command(name, f"vexil.server.cli.{place}", summary)


COMMANDS: Mapping[str, Sequence[Command]] = {
    "Start here": [
        _function("demo", "demo.command:demo", "Start a server, change a flag, and watch the change arrive."),
        _function("serve", "serve:serve", "Run a server."),
        _function(
            "doctor",
            "doctor.command:doctor",
            "Check configuration, connection and server, and say what to do.",
        ),
    ],
    "Settings and flags": [
        _function("get", "commands.read:get", "Show one resource of an environment."),
        _function("list", "commands.read:list_resources", "List an environment's resources."),
        _function("set", "commands.write:set_setting", "Set a setting, or turn a flag."),
        _function("delete", "commands.write:delete", "Delete a resource from an environment."),
        _function("evaluate", "commands.evaluate:evaluate", "Evaluate settings for a context."),
        _function("explain", "commands.evaluate:explain", "Evaluate a setting and show every step."),
        _function("watch", "commands.watch:watch", "Show changes as they happen."),
    ],
    "Files": [
        _function("apply", "commands.apply:apply", "Make the server hold what manifests say."),
        _function(
            "export", "commands.export:export", "Write what a namespace holds as manifests or JSON lines."
        ),
        _function("import", "commands.importing:import_files", "Load exports or manifests in bulk."),
    ],
    "History": [
        _function("history", "commands.history:history", "List commits, or the versions of one resource."),
        _function("diff", "commands.diff:diff", "Compare two revisions, or two environments."),
        _function(
            "rollback",
            "commands.rollback:rollback",
            "Make an old version or an old environment current again.",
        ),
    ],
    "Places": [
        _group("namespace", "commands.namespaces:app", "List and create namespaces."),
        _group("env", "commands.environments:app", "Show, create and delete environments."),
    ],
    "This command line": [
        _group(
            "config", "commands.config:app", "Keep contexts: servers with their namespace and environment."
        ),
        _function("completion", "commands.completion:completion", "Print a completion script for a shell."),
        _function("version", "commands.version:version", "Show the version of this command line."),
    ],
}
"""Every command, under the headings of the help."""
