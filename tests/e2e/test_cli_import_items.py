"""`import connect`, `import flags`, from files."""

import gzip
import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.e2e.cli import Cli
from tests.e2e.terminal import in_terminal
from tests.unit.server.imports.items import FEATURE, FLOW, LOGGING, QUEUE, ROUTING, changed, wire_item

TABLES = [
    *(changed(FLOW, "version", number) for number in (1, 2, 3)),
    QUEUE,
    changed(ROUTING, "routingKey", "inbound-sales-flow"),
    LOGGING,
    changed(FEATURE, "targetSegments", ["vip"]),
]
MAKE = ("--create-namespace", "--create-environments")


def write(cli: Cli, items: list[Mapping[str, Any]], name: str = "dump.json") -> str:
    lines = "".join(json.dumps({"Item": wire_item(item)}) + "\n" for item in items)
    (cli.directory / name).write_bytes(
        gzip.compress(lines.encode()) if name.endswith(".gz") else lines.encode()
    )
    return name


def revision(cli: Cli) -> str:
    return str(cli("history", "-o", "json").json["commits"][0]["revision"])


@pytest.fixture
def connect(empty_cli: Cli) -> Cli:
    """A namespace with what the tables hold."""
    empty_cli("import", "connect", write(empty_cli, TABLES, "dump.json.gz"), *MAKE)
    return empty_cli


def test_import_of_tables_makes_every_resource(connect: Cli) -> None:
    shown = {
        (item["id"]["kind"], item["id"]["key"])
        for environment in ("prod", "production")
        for item in connect("list", "-e", environment, "-o", "json").json["resources"]
    }

    assert shown == {
        ("RESOURCE_KIND_FLOW_CONFIGURATION", "inbound-sales-flow"),
        ("RESOURCE_KIND_QUEUE_CONFIGURATION", "sales-queue"),
        ("RESOURCE_KIND_ROUTING_RULE", "inbound-sales-flow/vip-customer"),
        ("RESOURCE_KIND_LOGGING_CONFIGURATION", "flow/inbound-sales-flow"),
        ("RESOURCE_KIND_SETTING", "callback-queuing"),
        ("RESOURCE_KIND_SETTING", "callback-queuing.configuration"),
        ("RESOURCE_KIND_SEGMENT", "vip"),
    }


def test_import_of_a_flow_has_its_versions_in_its_history(connect: Cli) -> None:
    done = connect("history", "inbound-sales-flow", "--kind", "flow_configuration", "-o", "json").json

    flows = [one["change"]["put"]["resource"]["flowConfiguration"] for one in done["versions"]]
    labels = [flow["metadata"]["sourceVersion"] for flow in flows]
    assert labels == ["3", "2", "1"]


def test_import_of_a_flag_decides_as_it_did(connect: Cli) -> None:
    def value(*attributes: str) -> Any:
        arguments = ("-e", "production", "--targeting-key", "caller", *attributes, "-o", "json")
        return connect("evaluate", "callback-queuing", *arguments).json["evaluations"][0]["value"]

    assert value("--attr", "segment=vip") == {"boolValue": True}
    assert value() == {"boolValue": False}


def test_import_again_writes_nothing(connect: Cli) -> None:
    before = revision(connect)

    done = connect("import", "connect", "dump.json.gz", "-o", "json").json

    assert done["written"] == 0
    assert done["counts"] == {"create": 0, "update": 0, "delete": 0, "unchanged": 8}
    assert revision(connect) == before


def test_import_goes_on_where_it_broke_off(empty_cli: Cli) -> None:
    cli = empty_cli
    cli("import", "connect", write(cli, TABLES[:2], "part.json"), "--batch-size", "1", *MAKE)

    done = cli(
        "import", "connect", write(cli, TABLES), "--batch-size", "2", "--create-environments", "-o", "json"
    ).json

    # The third version, queue, rule, logging, environment, segment, flag, and its configuration.
    assert done["written"] == 8
    # The first two versions: what they refer to now came later, and is the third one's business.
    assert done["counts"]["unchanged"] == 2
    versions = cli("history", "inbound-sales-flow", "--kind", "flow_configuration", "-o", "json").json[
        "versions"
    ]
    assert len(versions) == 3


def test_import_with_dry_run_shows_what_would_be_and_writes_nothing(empty_cli: Cli) -> None:
    done = empty_cli("import", "connect", write(empty_cli, TABLES), *MAKE, "--dry-run")

    assert "+ create segment production/vip" in done.out
    assert "~ update flow-configuration prod/inbound-sales-flow" in done.out
    assert done.out.endswith(
        "9 to be created, 2 to be updated, 0 unchanged (revision 0).\nNothing was written.\n"
    )
    assert done.err == ""
    empty_cli("history", code=3)


def test_import_of_a_fault_writes_nothing_unless_that_is_allowed(empty_cli: Cli) -> None:
    cli = empty_cli
    write(cli, [*TABLES, changed(QUEUE, "queueId", "broken") | {"queueArn": "sales"}])

    failed = cli("import", "connect", "dump.json", *MAKE, "-o", "json", code=2)
    assert failed.json["refused"][0]["item"] == "dump.json:8: queueId=broken"
    assert failed.json["written"] == 0
    assert "1 of 8 items can't be mapped" in failed.error["message"]
    cli("history", code=3)

    done = cli("import", "connect", "dump.json", *MAKE, "--allow-unmapped", "-o", "json").json
    assert (done["mapped"], len(done["refused"]), done["written"]) == (7, 1, 11)


def test_import_of_an_environment_that_is_not_there_is_refused(empty_cli: Cli) -> None:
    failed = empty_cli("import", "connect", write(empty_cli, TABLES), "--create-namespace", code=2)

    assert "there is no environment production; --create-environments makes it" in failed.out


def test_import_into_a_namespace_that_is_not_there_is_refused(empty_cli: Cli) -> None:
    failed = empty_cli("import", "connect", write(empty_cli, TABLES), "-o", "json", code=3)

    assert failed.error["reason"] == "NAMESPACE_NOT_FOUND"


def test_import_is_told_by_item_what_the_server_refuses(connect: Cli) -> None:
    manifest = f"namespace: {connect.namespace}\ndefinitions:\n  strict: {{type: string}}\n"
    connect.apply(manifest)
    before = revision(connect)

    for dry_run in (("--dry-run",), ()):
        path = write(connect, [ROUTING, changed(FEATURE, "featureName", "strict")])
        failed = connect("import", "connect", path, *dry_run, code=2)
        assert (
            "dump.json:2: featureName=strict, environment=production (setting production/strict)"
            in failed.err
        )
    assert revision(connect) == before


def test_import_draws_its_progress_where_somebody_looks(empty_cli: Cli) -> None:
    command = ("import", "connect", write(empty_cli, TABLES), *MAKE)
    with in_terminal(empty_cli, *command, NO_COLOR="1") as session:
        assert session.finish() == 0
    assert "Reading dump.json" in session.text
    assert f"Importing into {empty_cli.namespace}" in session.text
    assert "11/11" in session.text

    assert empty_cli.process(*command).err == ""


@pytest.mark.parametrize("damage", ["cut", "binary", "prose", "missing"])
def test_import_of_a_damaged_file_writes_nothing(empty_cli: Cli, damage: str) -> None:
    cli = empty_cli
    path = cli.directory / write(cli, TABLES, "dump.json.gz")
    data = path.read_bytes()
    match damage:
        case "cut":
            path.write_bytes(data[:-30])
        case "binary":
            path.write_bytes(b"\xff\xfe\x00")
        case "prose":
            path.write_text("flows, queues")
        case _:
            path.unlink()

    assert "dump.json.gz" in cli("import", "connect", "dump.json.gz", *MAKE, "--allow-unmapped", code=2).err
    cli("history", code=3)


def test_import_reads_standard_input_and_speaks_yaml(empty_cli: Cli) -> None:
    done = empty_cli("import", "connect", "-", *MAKE, "-o", "yaml", input=json.dumps([wire_item(FLOW)]))

    assert "written: 2" in done.out


def test_import_of_flags_counts_what_has_no_place(empty_cli: Cli) -> None:
    items: list[Mapping[str, Any]] = [
        {"PK": "FEATURES", "SK": "FEATURE#checkout", "description": "New", "created_at": 1},
        {
            "PK": "ENVIRONMENT#checkout",
            "SK": "ENV#prod",
            "environment": "prod",
            "enabled": True,
            "updated_at": 1,
        },
        {
            "PK": "ENVIRONMENT#checkout",
            "SK": "ENV#qa",
            "environment": "qa",
            "enabled": False,
            "updated_at": 1,
        },
        {"PK": "AUDIT#checkout", "SK": "LOGS#1", "actor": "a@example.com"},
        {"PK": "USER#a@example.com", "SK": "PROFILE", "password_hash": "s3cret"},
    ]

    done = empty_cli("import", "flags", write(empty_cli, items), *MAKE)

    assert "Read 5 items: 3 mapped, 0 can't be, 2 set aside." in done.out
    assert "- 1 users set aside" in done.out
    assert "s3cret" not in done.out
    assert empty_cli("evaluate", "checkout", "-o", "json").json["evaluations"][0]["value"] == {
        "boolValue": True
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ("connect",),
        ("connect", "dump.json", "--dynamodb"),
        ("connect", "dump.json", "--map-environment", "production"),
        ("connect", "dump.json", "--batch-size", "0"),
        ("flags",),
        ("parameters",),
        ("parameters", "shop"),
        ("parameters", "/"),
    ],
)
def test_import_that_makes_no_sense_says_so(empty_cli: Cli, arguments: tuple[str, ...]) -> None:
    write(empty_cli, TABLES)

    assert empty_cli("import", *arguments, code=2).err.startswith("Error: ")
