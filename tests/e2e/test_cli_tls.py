"""Servers with TLS: the options, the context, and what `doctor` says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.cli import Cli
from tests.support.certificates import Authority
from tests.support.server import server_process


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates of one authority for a server and a client, and the authority of somebody else."""
    directory = tmp_path_factory.mktemp("certificates")
    authority = Authority()
    authority.issue("server").write(directory / "server.pem", directory / "server.key")
    authority.issue("kim").write(directory / "kim.pem", directory / "kim.key")
    (directory / "ca.pem").write_bytes(authority.pem)
    (directory / "other.pem").write_bytes(Authority("other").pem)
    return directory


@pytest.fixture(scope="module")
def mutual(files: Path) -> Iterator[str]:
    """A server that wants to see a certificate."""
    with server_process(
        cert_file=files / "server.pem", key_file=files / "server.key", client_ca_file=files / "ca.pem"
    ) as server:
        yield server.target


@pytest.fixture
def kim(mutual: str, files: Path, tmp_path: Path) -> Cli:
    """Someone whose context has everything that the server wants."""
    cli = Cli(mutual, tmp_path, "shop")
    cli(
        "config",
        "set-context",
        "tls",
        "--tls-ca-file",
        str(files / "ca.pem"),
        "--tls-certificate-file",
        str(files / "kim.pem"),
        "--tls-key-file",
        str(files / "kim.key"),
    )
    return cli


def findings(cli: Cli, *arguments: str, code: int) -> dict[str, str]:
    found = cli("doctor", "--timeout", "5", *arguments, "-o", "json", code=code).json["findings"]
    return {finding["subject"]: finding["level"] for finding in found}


def test_context_has_the_files_and_the_server_knows_who_calls(kim: Cli) -> None:
    kim("namespace", "create", "shop", "--with-environment", "prod")
    kim("set", "timeout", "5")

    assert kim("history", "timeout", "-o", "json").json["versions"][0]["commit"]["author"] == "kim"
    assert kim.process("get", "timeout", "--raw").out == "5\n"


def test_doctor_looks_into_the_certificate(kim: Cli) -> None:
    found = findings(kim, code=0)

    assert found["TLS"] == "warning"  # it is valid for a day
    assert found["gRPC"] == "ok"


def test_doctor_says_whom_it_does_not_trust(kim: Cli, files: Path) -> None:
    assert findings(kim, "--tls-ca-file", str(files / "other.pem"), code=1)["TLS"] == "failure"


def test_doctor_says_that_a_certificate_is_wanted(mutual: str, files: Path, tmp_path: Path) -> None:
    stranger = Cli(mutual, tmp_path, "shop")

    assert findings(stranger, "--tls-ca-file", str(files / "ca.pem"), code=1)["gRPC"] == "failure"
    assert "The server may want TLS" in stranger("doctor", "--timeout", "2", code=1).out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--no-tls"], 5),
        (["--tls-ca-file", "other.pem"], 5),
        (["--tls-ca-file", "gone.pem"], 2),
        (["--tls-key-file", "gone.key"], 2),
    ],
)
def test_connection_that_can_not_be_made_is_told(
    kim: Cli, files: Path, arguments: list[str], code: int
) -> None:
    flag, *names = arguments

    failed = kim(
        "namespace", "list", "--timeout", "5", flag, *(str(files / name) for name in names), code=code
    )

    assert failed.err.startswith("Error: ")


def test_certificate_without_its_key_is_told(mutual: str, files: Path, tmp_path: Path) -> None:
    failed = Cli(mutual, tmp_path, "shop")(
        "namespace", "list", "--tls-certificate-file", str(files / "kim.pem"), code=2
    )

    assert "tls.key_file" in failed.err
