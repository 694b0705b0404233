"""`vexil region`, `--region` and what a server elsewhere says, on the local engine."""

import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.cli import Cli
from tests.support.engines.dynamodb import Database, DynamoDB
from tests.support.regions.replicator import Replicator, tables_in
from tests.support.scraping import scraped
from tests.support.server import PATIENCE, server_process
from vexil.core.resource import Revision
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.regions.epochs import first_epoch

HOME, EAST = "eu-central-1", "us-east-1"


@dataclass
class Regions:
    """Tables in two regions, and what is between them."""

    databases: Mapping[str, Database]
    replicator: Replicator

    def store(self, region: str) -> str:
        return f"dynamodb:vexil?region={region}"

    def variables(self) -> dict[str, str]:
        found = dict(self.databases[HOME].variables())
        return {name: value for name, value in found.items() if "REGION" not in name}


@pytest.fixture
def regions(dynamodb: DynamoDB) -> Iterator[Regions]:
    databases = dynamodb.databases(HOME, EAST)
    tables_in(databases, "vexil")
    replicator = Replicator("vexil", databases, random.Random(1))
    yield Regions(databases, replicator)
    replicator.close()


def wait_for_shop(cli: Cli) -> None:
    """Reads are answered from memory: what is new elsewhere a server knows from its next look on."""
    deadline = time.monotonic() + PATIENCE
    while "shop" not in cli("namespace", "list").out:
        assert time.monotonic() < deadline


def test_home_moves_with_nothing_lost_and_with_something(regions: Regions, tmp_path: Path) -> None:
    variables = regions.variables()
    with (
        server_process(regions.store(HOME), variables) as home,
        server_process(regions.store(EAST), variables) as east,
    ):
        there = Cli(home.target, tmp_path, "shop", variables=variables)
        here = Cli(east.target, tmp_path, "shop", variables=variables)
        there("namespace", "create", "shop", "--with-environment", "prod")
        there("set", "a", "first", "-e", "prod")
        regions.replicator.settle()
        store = ("--store", regions.store(EAST))
        (found,) = here("region", "show", *store, "-o", "json").json["namespaces"]
        assert (found["homeRegion"], found["region"], found["revision"]) == (HOME, EAST, "2")

        wait_for_shop(here)
        refused = here("set", "a", "second", "-e", "prod", code=4)
        assert f"takes commits in its home region {HOME} only" in refused.err
        assert "`vexil region` shows homes, and moves them" in refused.err

        dry = here("region", "promote", "shop", "--to", EAST, *store, "--dry-run")
        assert "has nothing more. It is fenced first: nothing is left behind." in dry.out
        moved = here("region", "promote", "shop", "--to", EAST, *store, "--yes")
        assert f"{EAST} is the home of shop from revision 3 on." in moved.out
        here("set", "a", "second", "-e", "prod")
        assert f"home region {HOME}" in there("set", "a", "no", "-e", "prod", code=4).err
        regions.replicator.settle()
        assert f"home region {EAST}" in there("set", "a", "no", "-e", "prod", code=4).err
        assert "is the home of shop already" in here("region", "promote", "shop", "--to", EAST, *store).err

        regions.replicator.cut(HOME, EAST)
        here("set", "a", "lost", "-e", "prod")
        back = ("--store", regions.store(HOME))
        late = there("region", "promote", "shop", "--to", HOME, *back, "--leave-behind", "--yes")
        assert "lacks 1 commit that exist: revisions 5 to 5" in late.out
        there("set", "a", "kept", "-e", "prod")
        regions.replicator.mend()
        regions.replicator.settle()

        told = east.wait_for("commit_left_behind")
        assert (told["revision"], told["home"]) == (5, HOME)
        listed = here(
            "region", "conflicts", "shop", *store, "--export", str(tmp_path / "lost.jsonl"), "-o", "json"
        )
        (lost,) = listed.json["commits"]
        assert lost["revision"] == "5"
        assert here("region", "show", "shop", *store, code=1).out.split()[-1] == "1"
        doctor = here("doctor", "--dynamodb", regions.store(EAST))
        assert "not part of the log: 1 commit of a former home" in doctor.out
        there("import", str(tmp_path / "lost.jsonl"))
        assert "lost" in there("get", "a", "-e", "prod").out


def test_regions_that_agree_have_no_home(dynamodb: DynamoDB, tmp_path: Path) -> None:
    variables = dict(dynamodb.database().variables())
    store = ("--store", "dynamodb:vexil")
    operator = Cli("127.0.0.1:1", tmp_path, "shop", variables=variables)
    operator("store", "init", *store, "--consistency", "strong", "--yes")
    assert "strong" in operator("store", "check", *store).out
    refused = operator("store", "init", *store, "--consistency", "eventual", "--yes", code=4)
    assert "made for strong consistency, which is for good" in refused.err

    with (
        server_process("dynamodb:vexil", variables, region=HOME) as home,
        server_process("dynamodb:vexil", variables, region=EAST) as east,
    ):
        there = Cli(home.target, tmp_path, "shop", variables=variables)
        here = Cli(east.target, tmp_path, "shop", variables=variables)
        there("namespace", "create", "shop", "--with-environment", "prod")
        wait_for_shop(here)
        here("set", "a", "from the east", "-e", "prod")
        there("set", "b", "from home", "-e", "prod")

        shown = here("region", "show", *store)
        assert "every region" in shown.out
        moved = here("region", "promote", "shop", "--to", HOME, *store)
        assert "Every region takes commits of shop" in moved.err


def test_gap_is_told_to_prometheus_until_it_closes(regions: Regions, tmp_path: Path) -> None:
    variables = regions.variables()
    with (
        server_process(regions.store(HOME), variables) as home,
        server_process(regions.store(EAST), variables, metrics_listen="127.0.0.1:0") as east,
    ):
        there = Cli(home.target, tmp_path, "shop", variables=variables)
        metrics = east.wait_for("metrics")["address"]
        there("namespace", "create", "shop", "--with-environment", "prod")
        regions.replicator.settle()
        wait_for_shop(Cli(east.target, tmp_path, "shop", variables=variables))
        regions.replicator.hold(EAST, layout.entry("shop", Revision(2), first_epoch(HOME)))
        for value in ("first", "second", "third"):
            there("set", value, value, "-e", "prod")
        regions.replicator.settle()

        missing = "vexil_region_missing_revisions", "shop"
        wait_for_metric(metrics, missing, 3)
        assert scraped(metrics)["vexil_region_gap_seconds", "shop"] > 0
        assert scraped(metrics)["vexil_revision", "shop"] == 1
        regions.replicator.mend()
        regions.replicator.settle()
        wait_for_metric(metrics, missing, 0)
        wait_for_metric(metrics, ("vexil_revision", "shop"), 4)


def wait_for_metric(address: str, name: tuple[str, str], value: float) -> None:
    deadline = time.monotonic() + PATIENCE
    while scraped(address).get(name) != value:
        assert time.monotonic() < deadline, scraped(address)
