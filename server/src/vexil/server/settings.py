"""The server's settings: one declaration for each, with its flag, variable, type, default and help."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Group, Parameter
from cyclopts.validators import Number

from vexil.core.errors import InvalidRequest, Violation
from vexil.server.egress.settings import EgressSettings
from vexil.server.encryption_settings import EncryptionSettings
from vexil.server.identity_settings import IdentitySettings
from vexil.server.limits.settings import LimitSettings
from vexil.server.option import option as _option

LogFormat = Literal["auto", "console", "json"]
TransportName = Literal["auto", "native", "grpc"]
LogLevel = Literal["debug", "info", "warning", "error"]

_NETWORK = Group("Network", sort_key=1)
_TLS = Group("TLS", sort_key=2)
_DATA = Group("Data", sort_key=3)
_WATCH = Group("Watch", sort_key=4)
_PROCESS = Group("Process", sort_key=5)

_ADDRESS = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\s]+):\d{1,5}|unix:.+")
_STORE = re.compile(r"memory|sqlite:(?!//)[^?#]+|sqlite:///[^?#]+|dynamodb:[^?#\s]+(\?[^#\s]*)?")
_HINTS = re.compile(r"rediss?://([^/?#\s]+@)?[^/?#@\s]+(/\d{0,3})?(\?[^#\s]*)?")
_S3_ENDPOINT = re.compile(r"https?://[^/?#@\s]+/?")
_AT_LEAST_ONE = Number(gte=1)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ServerSettings(IdentitySettings, EncryptionSettings, LimitSettings, EgressSettings):
    """Everything that a server can be told. Raises InvalidRequest for settings that don't fit together."""

    listen: Annotated[
        str,
        _option("listen", _NETWORK, "Where clients call: host:port. Port 0 takes any free one."),
    ] = "127.0.0.1:7350"
    health_listen: Annotated[
        str | None,
        _option(
            "health_listen",
            _NETWORK,
            "A second address, always in plain text, that answers gRPC health checks and nothing else.",
        ),
    ] = None
    metrics_listen: Annotated[
        str | None,
        _option(
            "metrics_listen",
            _NETWORK,
            "Where Prometheus asks, always in plain text: host:port. Needs vexil-server[metrics].",
        ),
    ] = None
    insecure_metrics: Annotated[
        bool,
        _option(
            "insecure_metrics",
            _NETWORK,
            "Allow metrics_listen, which asks nobody who calls, on addresses that other machines can reach.",
        ),
    ] = False
    insecure: Annotated[
        bool,
        _option("insecure", _NETWORK, "Allow plain text on addresses that other machines can reach."),
    ] = False
    max_message_bytes: Annotated[
        int,
        _option("max_message_bytes", _NETWORK, "Largest request, in bytes.", _AT_LEAST_ONE),
    ] = 16 * 1024 * 1024
    max_streams_per_connection: Annotated[
        int,
        _option(
            "max_streams_per_connection",
            _NETWORK,
            "Most calls and streams at once on one connection.",
            _AT_LEAST_ONE,
        ),
    ] = 10_000
    transport: Annotated[
        TransportName,
        _option(
            "transport",
            _NETWORK,
            "What serves: native is compiled, grpc is grpc.aio, auto is native where it is installed.",
        ),
    ] = "auto"
    reflection: Annotated[
        bool | None,
        _option(
            "reflection",
            _NETWORK,
            "Serve gRPC reflection, for grpcurl and the like. Default: only in plain text on loopback.",
        ),
    ] = None
    channelz: Annotated[
        bool, _option("channelz", _NETWORK, "Serve channelz, gRPC's own debugging service.")
    ] = False

    cert_file: Annotated[
        Path | None,
        _option(
            "cert_file",
            _TLS,
            "PEM file of the server's certificate and its chain; read again when it changes.",
        ),
    ] = None
    key_file: Annotated[
        Path | None,
        _option("key_file", _TLS, "PEM file of its private key; read again when it changes."),
    ] = None
    client_ca_file: Annotated[
        Path | None,
        _option(
            "client_ca_file",
            _TLS,
            "PEM file of the authorities for client certificates, which every client must then show (mTLS).",
        ),
    ] = None

    store: Annotated[
        str,
        _option(
            "store",
            _DATA,
            "Where commits are kept: sqlite:PATH, sqlite:///ABSOLUTE/PATH, dynamodb:TABLE?region=REGION, "
            "or memory.",
        ),
    ] = "sqlite:vexil.db"
    region: Annotated[
        str | None,
        _option(
            "region",
            _DATA,
            "The region that this is, as the homes of namespaces are called. Default: the one of the tables.",
        ),
    ] = None
    hints: Annotated[
        str | None,
        _option(
            "hints",
            _DATA,
            "A Redis through which servers tell each other what is new, and caches what is old: "
            "redis://HOST:PORT/DATABASE, or rediss:// for TLS.",
        ),
    ] = field(default=None, repr=False)
    hints_password: Annotated[
        str | None,
        _option("hints_password", _DATA, "Its password; better in the variable than on the command line."),
    ] = field(default=None, repr=False)
    keep_revisions: Annotated[
        int,
        _option("keep_revisions", _DATA, "This many newest commits are kept in any case.", _AT_LEAST_ONE),
    ] = 10_000
    keep_days: Annotated[
        float,
        _option("keep_days", _DATA, "Every commit younger than this is kept, in days.", Number(gte=0)),
    ] = 30.0
    announce: Annotated[
        str | None,
        _option(
            "announce",
            _DATA,
            "Tell others of every commit: sns:TOPIC-ARN or sqs:QUEUE-URL. AWS is found as boto3 does.",
        ),
    ] = None
    audit_journal: Annotated[
        Path | None,
        _option(
            "audit_journal",
            _DATA,
            "The directory of the journal of denied attempts. Without it they are lines of the log.",
        ),
    ] = None
    audit_reads: Annotated[
        float,
        _option(
            "audit_reads",
            _DATA,
            "The share of reads that is in the journal too: 0 none, 0.01 one of a hundred, 1 all.",
            Number(gte=0, lte=1),
        ),
    ] = 0.0

    template_dir: Annotated[
        Path | None,
        _option(
            "template_dir",
            _DATA,
            "The directory of flow templates that are files; without it there are none.",
        ),
    ] = None
    s3_endpoint: Annotated[
        str | None,
        _option(
            "s3_endpoint",
            _DATA,
            "Where flow templates in S3 are, if not in AWS: http://HOST:PORT. AWS is found as boto3 does.",
        ),
    ] = None

    progress_interval: Annotated[
        float,
        _option(
            "progress_interval",
            _WATCH,
            "Seconds of silence after which a stream is told that nothing is missing; it may ask for others.",
            Number(gte=0.1, lte=600),
        ),
    ] = 30.0
    history_events: Annotated[
        int,
        _option(
            "history_events",
            _WATCH,
            "Most changes kept in memory for each different selection that is watched.",
            _AT_LEAST_ONE,
        ),
    ] = 16_384
    history_bytes: Annotated[
        int,
        _option(
            "history_bytes",
            _WATCH,
            "Most bytes of them; slower streams are served from the store.",
            _AT_LEAST_ONE,
        ),
    ] = 8 * 1024 * 1024

    max_streams_per_principal: Annotated[
        int,
        _option(
            "max_streams_per_principal",
            _WATCH,
            "Most streams of one principal at once, in each process; callers without a certificate are one.",
            _AT_LEAST_ONE,
        ),
    ] = 10_000
    new_streams_per_second: Annotated[
        float,
        _option(
            "new_streams_per_second",
            _WATCH,
            "New streams that each process takes; others are told when to come back.",
            Number(gte=0.1),
        ),
    ] = 1000.0
    new_streams_burst: Annotated[
        int,
        _option("new_streams_burst", _WATCH, "Of these, how many at once after a quiet time.", _AT_LEAST_ONE),
    ] = 2000

    processes: Annotated[
        int,
        _option("processes", _PROCESS, "Processes that share the port, under one supervisor.", _AT_LEAST_ONE),
    ] = 1
    drain_seconds: Annotated[
        float,
        _option(
            "drain_seconds",
            _PROCESS,
            "How long calls under way may take when the server is told to stop.",
            Number(gte=0),
        ),
    ] = 30.0
    log_level: Annotated[
        LogLevel,
        _option("log_level", _PROCESS, "What is logged; no level but debug logs single calls."),
    ] = "info"
    log_format: Annotated[
        LogFormat,
        _option("log_format", _PROCESS, "How: auto is console in a terminal and json elsewhere."),
    ] = "auto"

    def __post_init__(self) -> None:
        violations = [
            *_listen_violations(self),
            *_metrics_violations(self),
            *_tls_violations(self),
            *_store_violations(self),
            *_template_violations(self),
            *self.identity_violations(loopback=is_loopback(self.listen)),
            *self.encryption_violations(loopback=is_loopback(self.listen)),
            *self.limit_violations(),
            *self.egress_violations(),
        ]
        if violations:
            raise InvalidRequest.of(violations)

    @property
    def tls(self) -> bool:
        """Whether clients are served over TLS."""
        return self.cert_file is not None

    @property
    def requires_authentication(self) -> bool:
        """Whether callers must prove who they are."""
        return self.asks_callers(loopback=is_loopback(self.listen))

    @property
    def store_path(self) -> Path | None:
        """The store's file; None: it is none, but memory or DynamoDB."""
        if self.store == "memory" or self.in_dynamodb:
            return None
        return Path(self.store.removeprefix("sqlite:").removeprefix("//"))

    @property
    def in_dynamodb(self) -> bool:
        """Whether the store is tables in DynamoDB."""
        return self.store.startswith("dynamodb:")

    @property
    def serves_reflection(self) -> bool:
        """`reflection`, or what it is by default."""
        return not self.tls and is_loopback(self.listen) if self.reflection is None else self.reflection


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach the address `host:port`; a name counts only if it is localhost."""
    host, _, _ = address.rpartition(":")
    if host == "localhost" or address.startswith("unix:"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _listen_violations(settings: ServerSettings) -> Iterator[Violation]:
    if settings.channelz and settings.requires_authentication:
        yield Violation("channelz", "asks nobody who calls: it can't be had where authentication is required")
    for name, address in (
        ("listen", settings.listen),
        ("health_listen", settings.health_listen),
        ("metrics_listen", settings.metrics_listen),
    ):
        if address is not None and not _ADDRESS.fullmatch(address):
            yield Violation(name, f"{address!r} is not host:port, such as 127.0.0.1:7350 or [::1]:7350")
    if not (settings.tls or settings.insecure or is_loopback(settings.listen)):
        yield Violation(
            "listen",
            f"other machines can reach {settings.listen}: give cert_file and key_file, or say insecure",
        )
    if settings.processes > 1 and settings.listen.startswith("unix:"):
        yield Violation("processes", "a Unix socket can't be shared by several processes")


def _metrics_violations(settings: ServerSettings) -> Iterator[Violation]:
    address = settings.metrics_listen
    if address is None:
        return
    if address.startswith("unix:"):
        yield Violation("metrics_listen", "is host:port: Prometheus asks over TCP")
    elif not (is_loopback(address) or settings.insecure_metrics):
        yield Violation(
            "metrics_listen",
            "other machines can reach it, and everybody there would learn the names of namespaces: "
            "let something on this machine ask, or say insecure_metrics",
        )
    if settings.processes > 1:
        yield Violation("metrics_listen", "is for one process: each has numbers of its own")


def _tls_violations(settings: ServerSettings) -> Iterator[Violation]:
    if (settings.cert_file is None) != (settings.key_file is None):
        missing = "cert_file" if settings.cert_file is None else "key_file"
        yield Violation(missing, "a certificate and its key are given together")
    if settings.client_ca_file is not None and not settings.tls:
        yield Violation("client_ca_file", "needs cert_file and key_file: client certificates are part of TLS")


def _template_violations(settings: ServerSettings) -> Iterator[Violation]:
    if settings.template_dir is not None and not settings.template_dir.is_dir():
        yield Violation("template_dir", f"{settings.template_dir} is no directory")
    if settings.s3_endpoint is not None and not _S3_ENDPOINT.fullmatch(settings.s3_endpoint):
        yield Violation(
            "s3_endpoint", f"{settings.s3_endpoint!r} is not http://HOST:PORT or https://HOST:PORT"
        )


def _store_violations(settings: ServerSettings) -> Iterator[Violation]:
    if not _STORE.fullmatch(settings.store):
        yield Violation("store", f"{settings.store!r} is none of sqlite:PATH, dynamodb:TABLE, memory")
    elif settings.processes > 1 and settings.store == "memory":
        yield Violation("processes", "a store in memory can't be shared: use sqlite:PATH, or one process")
    if settings.region is not None and not settings.in_dynamodb:
        yield Violation("region", "only a store in DynamoDB has regions")
    if settings.hints is not None and not _HINTS.fullmatch(settings.hints):
        # Not shown: it may hold a password.
        yield Violation("hints", "is not redis://HOST:PORT/DATABASE, or rediss://HOST:PORT/DATABASE for TLS")
