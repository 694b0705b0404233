"""`vexil serve --metrics-listen`."""

from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.e2e.cli import Cli
from tests.support.server import server_process
from vexil.core.errors import FailedPrecondition, InvalidRequest
from vexil.server.compose import running
from vexil.server.settings import ServerSettings


def scraped(address: str) -> dict[tuple[str, str], float]:
    """What Prometheus would read: values by name and namespace."""
    with urlopen(f"http://{address}/metrics") as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    return {
        (sample.name, sample.labels.get("namespace", "")): sample.value
        for family in families
        for sample in family.samples
    }


def test_server_answers_prometheus(tmp_path: Path) -> None:
    with server_process(tmp_path / "vexil.db", metrics_listen="127.0.0.1:0") as server:
        address = server.wait_for("metrics")["address"]
        Cli(server.target, tmp_path, "shop")("namespace", "create", "shop", "--with-environment", "prod")

        found = scraped(address)

        assert found["vexil_ready", ""] == found["vexil_store_available", ""] == 1
        assert found["vexil_revision", "shop"] == 1
        assert found["vexil_snapshot_age_seconds", ""] >= 0
        assert found["process_resident_memory_bytes", ""] > 0
        assert server.terminate() == 0


async def test_address_in_use_is_said() -> None:
    with server_process(metrics_listen="127.0.0.1:0") as other:
        taken = other.wait_for("metrics")["address"]
        settings = ServerSettings(listen="127.0.0.1:0", store="memory", metrics_listen=taken)
        with pytest.raises(FailedPrecondition, match=f"metrics_listen: cannot listen on {taken}"):
            async with running(settings):
                pass


@pytest.mark.parametrize("wrong", [{"metrics_listen": "9464"}, {"metrics_listen": "h:1", "processes": 2}])
def test_address_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest, match="metrics_listen"):
        ServerSettings(**wrong)  # type: ignore[arg-type]
