"""The list of commands: where each is found and what it is for, known without importing any of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, the import path of its function or `App`, and the first line of its help."""

    name: str
    path: str
    summary: str


def installed_version() -> str:
    """The version of this distribution."""
    from importlib.metadata import version  # noqa: PLC0415 - slow, and seldom asked for

    return version("vexil-server")


def _command(name: str, place: str, summary: str) -> Command:
    return Command(name, f"vexil.server.cli.{place}", summary)


COMMANDS: Mapping[str, Sequence[Command]] = {
    "Start here": [
        _command(
            "demo", "demo.command:demo", "Start a server, change a setting, and watch the change arrive."
        ),
        _command("serve", "serve:app", "Run a server until it is told to stop."),
        _command(
            "doctor",
            "doctor.command:doctor",
            "Check configuration, connection and server, and say what to do.",
        ),
    ],
    "Settings and flags": [
        _command(
            "get", "commands.read:get", "Show one resource of an environment, with where it comes from."
        ),
        _command(
            "list", "commands.read:list_resources", "List what an environment has, its own and inherited."
        ),
        _command("set", "commands.write:set_setting", "Set a setting, or turn a flag."),
        _command("delete", "commands.write:delete", "Delete a resource from an environment."),
        _command("evaluate", "commands.evaluate:evaluate", "Evaluate settings for a context, with reasons."),
        _command("explain", "commands.evaluate:explain", "Evaluate a setting and show every step."),
        _command("watch", "commands.watch:watch", "Show changes as they happen."),
    ],
    "Files": [
        _command("apply", "commands.apply:apply", "Make the server hold what manifests say."),
        _command("export", "commands.export:export", "Write what a namespace holds to files."),
        _command(
            "import",
            "commands.importing:app",
            "Load exports or manifests in bulk, or what other systems keep in AWS.",
        ),
    ],
    "History": [
        _command("history", "commands.history:history", "List commits, or the versions of one resource."),
        _command("diff", "commands.diff:diff", "Compare two revisions, or two environments."),
        _command(
            "rollback",
            "commands.rollback:rollback",
            "Make an old version, or environment, current again.",
        ),
        _command(
            "convergence",
            "commands.convergence:convergence",
            "Show which subscribers have applied a revision, or wait for them.",
        ),
    ],
    "Amazon Connect": [
        _command(
            "connect",
            "commands.connect.app:app",
            "Check, fill and compare contact flows of Amazon Connect, and load its tables.",
        ),
    ],
    "Places": [
        _command("namespace", "commands.namespaces:app", "List and create namespaces."),
        _command("env", "commands.environments:app", "Show, create and delete environments."),
    ],
    "Permissions": [
        _command("login", "commands.login:login", "Log in with a password, or sign up with an invitation."),
        _command("logout", "commands.login:logout", "End the session that `vexil login` began."),
        _command(
            "access", "commands.access.app:app", "Give and take permissions, keep service keys, ask who may."
        ),
        _command(
            "audit",
            "commands.audit.app:app",
            "Verify, sign, export and search what was done, and pass it on.",
        ),
    ],
    "Stores": [
        _command("store", "commands.store:app", "Create, check and migrate where commits are kept."),
        _command(
            "backup",
            "commands.backup:app",
            "Back up stores, verify and restore backups, and remove old ones.",
        ),
        _command(
            "keys", "commands.keys:app", "Make and rotate keys for sensitive values that are in a file."
        ),
        _command("region", "commands.regions:app", "Show and move the home regions of namespaces."),
    ],
    "This command line": [
        _command("config", "commands.config:app", "Keep contexts: servers, namespaces, environments."),
        _command("completion", "commands.completion:completion", "Print a completion script for a shell."),
        _command("version", "commands.version:version", "Show the version of this command line."),
    ],
}
"""Every command, under the headings of the help."""

COMMAND_NAMES = tuple(command.name for commands in COMMANDS.values() for command in commands)
"""Their names."""
