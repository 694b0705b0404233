"""`vexil serve --metrics-listen`."""

from pathlib import Path

import pytest

from tests.e2e.cli import Cli
from tests.support.scraping import scraped
from tests.support.server import server_process
from vexil.core.errors import FailedPrecondition, InvalidRequest
from vexil.server.compose import running
from vexil.server.settings import ServerSettings


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


@pytest.mark.parametrize(
    "wrong", [{"metrics_listen": "9464"}, {"metrics_listen": "localhost:1", "processes": 2}]
)
def test_address_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest, match="metrics_listen"):
        ServerSettings(**wrong)  # type: ignore[arg-type]
