"""`vexil import connect`, `vexil import flags`, `vexil import parameters`."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from vexil.core.resource import Kind
from vexil.core.setting import Definition
from vexil.core.value import ValueType
from vexil.server.cli.importing_items import ItemOptions, import_items
from vexil.server.cli.inputs import STDIN, InputFile, name_of_file
from vexil.server.cli.inventory import Inventory
from vexil.server.cli.session import Injected
from vexil.server.cli.usage import UsageError
from vexil.server.imports.aws.clients import AwsPlace, require_boto3
from vexil.server.imports.aws.parameter_store import read_parameters
from vexil.server.imports.aws.tables import scan_table
from vexil.server.imports.connect import TABLES, ConnectMapper
from vexil.server.imports.exports import export_files, read_export, read_items
from vexil.server.imports.flag_table import FlagTableMapper
from vexil.server.imports.item import Broken, Item
from vexil.server.imports.mirror import gone
from vexil.server.imports.parameters import ParameterMapper
from vexil.server.imports.schedule import Held, Write
from vexil.server.imports.survey import Mapper, Survey

Exports = Annotated[
    InputFile,
    Parameter(help="Exports: .json, .jsonl, either with .gz, directories of these, or `-`."),
]
Segments = Annotated[int, Parameter(validator=Number(gte=1, lte=64), help="Parallel scans of a table.")]
Shared = Annotated[ItemOptions, Parameter(name="*")]


@dataclass(frozen=True)
class AwsOptions:
    """Where AWS is called; profiles and credentials come from AWS's own variables and files."""

    region: Annotated[str | None, Parameter(help="AWS region. Default: AWS_REGION, or the profile's.")] = None
    endpoint_url: Annotated[
        str | None, Parameter(help="Another endpoint than AWS's own, such as DynamoDB Local.")
    ] = None

    @property
    def place(self) -> AwsPlace:
        """The same for clients."""
        return AwsPlace(self.region, self.endpoint_url)


Aws = Annotated[AwsOptions, Parameter(name="*")]


def connect(
    *files: Exports,
    dynamodb: Annotated[bool, Parameter(negative=(), help="Read the five tables from DynamoDB.")] = False,
    table: Annotated[
        tuple[str, ...],
        Parameter(negative=(), help="Read this table instead of the five; any number of times."),
    ] = (),
    segments: Segments = 4,
    segment_attribute: Annotated[
        str, Parameter(help="Context attribute that says which target segment somebody is in.")
    ] = "segment",
    aws: Aws = AwsOptions(),
    options: Shared = ItemOptions(),  # noqa: B008 - immutable
    session: Injected,
) -> None:
    """Import Amazon Connect's configuration tables.

    Flows, queues, routing rules and logging go to --environment, feature flags to the environments that they
    name. All versions of a flow are imported, the newest active one last. What is there already is left
    alone: a broken import goes on when it is repeated.
    """
    tables = table or (tuple(TABLES) if dynamodb else ())
    mapper = ConnectMapper(session.environment, options.names, segment_attribute)
    items = _items(files, tables, aws.place, segments, "--dynamodb")
    import_items(session, items, lambda _held: mapper, options, source=_source(files, tables))


def flags(
    *files: Exports,
    table: Annotated[str | None, Parameter(help="Read this table from DynamoDB.")] = None,
    segments: Segments = 4,
    aws: Aws = AwsOptions(),
    options: Shared = ItemOptions(),  # noqa: B008 - immutable
    session: Injected,
) -> None:
    """Import flags from a single table (FEATURES, ENVIRONMENT#…, AUDIT#…, USER#…).

    Features become definitions, their environments flags. Users and audit entries are counted, not imported.
    """
    tables = () if table is None else (table,)
    mapper = FlagTableMapper(datetime.now(UTC), options.names)
    items = _items(files, tables, aws.place, segments, "--table TABLE")
    import_items(session, items, lambda _held: mapper, options, source=_source(files, tables))


def parameters(
    path: Annotated[str, Parameter(help="/APP, or /APP/ENVIRONMENT.")],
    /,
    *,
    mirror: Annotated[
        bool,
        Parameter(
            negative=(),
            help="Mark settings as mirrors, and delete marked ones whose parameter is no longer there.",
        ),
    ] = False,
    aws: Aws = AwsOptions(),
    options: Shared = ItemOptions(),  # noqa: B008 - immutable
    session: Injected,
) -> None:
    """Import a tree of AWS Systems Manager Parameter Store, /APP/ENVIRONMENT/SECTION/NAME.

    Each parameter becomes a setting with the key SECTION/NAME. A SecureString becomes a reference to the
    parameter: its value is never read. With --mirror, repeated from time to time, settings follow the tree.
    """
    if not path.startswith("/") or not path.strip("/"):
        raise UsageError(f"{path!r} is no path of a tree.", "Write /APP, or /APP/ENVIRONMENT.")
    names = options.names

    def mapper(held: Inventory | None) -> Mapper:
        return ParameterMapper(_types(held), names, mirror)

    def removed(held: Held, found: Survey) -> Sequence[Write]:
        writes = list(gone(held, root, found)) if mirror else []
        if writes and not found.read:
            raise UsageError(
                f"There is nothing below {root}, and {len(writes)} settings mirror what was there.",
                "Is this the right account and region? Settings can be deleted with `vexil delete`.",
            )
        return writes

    require_boto3()
    root = "/" + path.strip("/")
    parameters = read_parameters(aws.place, root)
    import_items(session, parameters, mapper, options, source=root, removed=removed)


def _items(
    files: Sequence[Path], tables: Sequence[str], place: AwsPlace, segments: int, option: str
) -> Iterator[Item | Broken]:
    if bool(files) is bool(tables):
        raise UsageError("Say where to read: files or DynamoDB, not both.", f"Name files, or give {option}.")
    if tables:
        require_boto3()
        return chain.from_iterable(scan_table(place, name, segments) for name in tables)
    named = [file for file in files if file != STDIN]
    read = chain.from_iterable(map(read_export, export_files(named)))
    return chain(read, read_items(name_of_file(STDIN), sys.stdin.buffer.read())) if STDIN in files else read


def _source(files: Sequence[Path], tables: Sequence[str]) -> str:
    names = [*tables, *(name_of_file(file) for file in files)]
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _types(held: Inventory | None) -> dict[str, ValueType]:
    states = {} if held is None else held.states
    return {
        id.key: state.resource.type
        for id, state in states.items()
        if id.kind is Kind.DEFINITION and isinstance(state.resource, Definition)
    }
