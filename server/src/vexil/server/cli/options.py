"""The options that every command takes, each with its environment variable."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Group, Parameter, Token

OutputFormat = Literal["table", "json", "yaml"]


def global_group(*, show: bool) -> Group:
    """The group that they form; hidden, they work all the same."""
    return Group(
        "Global options",
        help="Before or after the command. A flag wins over its environment variable, that over the context.",
        sort_key=100,
        show=show,
    )


class FromVariable(str):
    """Text that an environment variable says, and no flag."""

    __slots__ = ()


def _with_origin(_type: object, tokens: Sequence[Token]) -> str:
    (token,) = tokens
    return FromVariable(token.value) if token.source == "env" else token.value


@dataclass(frozen=True)
class Options:
    """What was said on the command line and in the environment; None: nothing."""

    context: Annotated[
        str | None,
        Parameter(
            env_var="VEXIL_CONTEXT", help="Context of the configuration file. Default: the one in use."
        ),
    ] = None
    target: Annotated[
        str | None,
        Parameter(
            env_var="VEXIL_TARGET",
            help="Server, as host:port. Default: the context's, else 127.0.0.1:7350.",
        ),
    ] = None
    namespace: Annotated[
        str | None,
        Parameter(
            alias="-n",
            env_var="VEXIL_NAMESPACE",
            converter=_with_origin,
            help="Namespace. Default: the context's.",
        ),
    ] = None
    environment: Annotated[
        str | None,
        Parameter(
            alias="-e",
            env_var="VEXIL_ENVIRONMENT",
            converter=_with_origin,
            help="Environment. Default: the context's.",
        ),
    ] = None
    token: Annotated[
        str | None,
        Parameter(
            env_var="VEXIL_TOKEN",
            help="Service key or token; needs TLS, except on loopback. Other users of the machine can see "
            "flags: use the variable.",
        ),
    ] = field(default=None, repr=False)
    tls: Annotated[
        bool | None,
        Parameter(
            env_var="VEXIL_TLS", help="Use TLS, trusting the well-known roots unless --tls-ca-file is given."
        ),
    ] = None
    tls_ca_file: Annotated[
        Path | None,
        Parameter(env_var="VEXIL_TLS_CA_FILE", help="PEM file of the authorities to trust; implies --tls."),
    ] = None
    tls_certificate_file: Annotated[
        Path | None,
        Parameter(env_var="VEXIL_TLS_CERTIFICATE_FILE", help="PEM file of the client's certificate (mTLS)."),
    ] = None
    tls_key_file: Annotated[
        Path | None,
        Parameter(env_var="VEXIL_TLS_KEY_FILE", help="PEM file of the client's private key (mTLS)."),
    ] = None
    tls_server_name: Annotated[
        str | None,
        Parameter(
            env_var="VEXIL_TLS_SERVER_NAME",
            help="Name that the server's certificate carries. Default: the target's host.",
        ),
    ] = None
    output: Annotated[
        OutputFormat,
        Parameter(alias="-o", env_var="VEXIL_OUTPUT", help="How results are written."),
    ] = "table"
    no_color: Annotated[
        bool,
        Parameter(negative=(), help="No colours. They are also off in pipes, and when NO_COLOR is set."),
    ] = False
    timeout: Annotated[
        float,
        Parameter(env_var="VEXIL_TIMEOUT", help="Longest wait for one answer, in seconds."),
    ] = 10.0
    verbose: Annotated[
        bool,
        Parameter(
            alias="-v", negative=(), env_var="VEXIL_VERBOSE", help="Say more, above all when something fails."
        ),
    ] = False
    config_file: Annotated[
        Path | None,
        Parameter(
            env_var="VEXIL_CONFIG",
            help="Configuration file. Default: vexil/config.toml in $XDG_CONFIG_HOME or ~/.config.",
        ),
    ] = None
