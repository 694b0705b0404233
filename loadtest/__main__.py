"""Runs the benchmarks and prints one table; docs/benchmarks.md says what each figure means."""

import argparse
import dataclasses
import importlib
import sys

from rich.console import Console

from loadtest.environments import NotInstallable
from loadtest.plan import FULL, QUICK
from loadtest.results import Figure, as_json, machine, print_table

BENCHMARKS = (
    "local_evaluation",
    "snapshot",
    "server_evaluate",
    "authenticated",
    "contact_flows",
    "bridge",
    "evaluate_peers",
    "evaluate_processes",
    "evaluate_meanwhile",
    "propagation",
    "watch_fanout",
    "watch_idle",
    "watch_catchup",
    "watch_propagation",
    "dynamodb",
    "backups",
    "audit",
    "encryption",
)


def main() -> None:
    """Runs what was asked for; progress goes to standard error, figures to standard output."""
    parser = argparse.ArgumentParser(prog="python -m loadtest", description=__doc__)
    names = " ".join(BENCHMARKS)
    parser.add_argument(
        "--only", nargs="+", choices=BENCHMARKS, default=BENCHMARKS, metavar="NAME", help=names
    )
    parser.add_argument("--output", choices=("table", "json"), default="table", help="default: table")
    parser.add_argument("--quick", action="store_true", help="every step once and small; not for its figures")
    parser.add_argument("--without-peers", action="store_true", help="measure no other service")
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL
    plan = dataclasses.replace(plan, peers=not options.without_peers)
    progress = Console(stderr=True)
    figures: list[Figure] = []
    measured_on = machine()
    for name in options.only:
        progress.rule(name.replace("_", " "))
        try:
            figures += importlib.import_module(f"loadtest.{name}").run(plan, progress)
        except NotInstallable as problem:
            progress.print(f"skipped: {problem}")
    if options.output == "json":
        sys.stdout.write(as_json(measured_on, figures) + "\n")
    else:
        print_table(measured_on, figures, Console(width=None if sys.stdout.isatty() else 130))


if __name__ == "__main__":
    main()
