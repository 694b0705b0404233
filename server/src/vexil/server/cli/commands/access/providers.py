"""`vexil access provider`."""

from typing import Annotated

from cyclopts import App, Parameter

from vexil.convert.wellknown import fill_duration
from vexil.core.access.identity_provider import IdentityProvider
from vexil.server.cli.parameters import CommitMessage
from vexil.server.cli.render.messages import document, merged
from vexil.server.cli.render.tables import table
from vexil.server.cli.render.text import printable
from vexil.server.cli.session import Injected
from vexil.v1 import access_pb2
from vexil.v1 import access_service_pb2 as pb

app = App(name="provider", help="List, write and delete identity providers: whose tokens are accepted.")

_DEFAULTS = IdentityProvider("", (), "")


@app.command(name="list")
def list_providers(*, session: Injected) -> None:
    """List identity providers."""
    request = pb.ListIdentityProvidersRequest()
    pages = list(session.pages(session.access.list_identity_providers, request))
    if session.terminal.structured:
        session.terminal.data(merged(pages))
        return
    providers = [each for page in pages for each in page.identity_providers]
    if not providers:
        session.terminal.note("No identity provider is known: only keys and certificates are accepted.")
        return
    session.terminal.show(
        table(
            ("NAME", "ISSUER", "AUDIENCES", "ALGORITHMS", "KEYS", "DESCRIPTION"),
            (
                (
                    printable(each.name),
                    printable(each.identity_provider.issuer),
                    printable(", ".join(each.identity_provider.audiences)),
                    ", ".join(each.identity_provider.algorithms),
                    printable(each.problem),
                    printable(each.identity_provider.description),
                )
                for each in providers
            ),
        )
    )


@app.command
def put(
    name: str,
    /,
    *,
    issuer: Annotated[str, Parameter(help="The `iss` of its tokens, an https URL, compared exactly.")],
    audience: Annotated[
        tuple[str, ...], Parameter(negative=(), help="An accepted `aud`, any number of times.")
    ],
    jwks_uri: Annotated[str, Parameter(help="Where its public keys are: an https URL of a JWK set.")],
    algorithm: Annotated[
        tuple[str, ...], Parameter(negative=(), help="An accepted signature, any number of times.")
    ] = _DEFAULTS.algorithms,
    groups_claim: Annotated[
        str, Parameter(help="The claim that lists groups. Default: none, and there are no groups.")
    ] = _DEFAULTS.groups_claim,
    skew: Annotated[
        float, Parameter(help="How far its clock and the server's may differ, in seconds.")
    ] = _DEFAULTS.skew,
    description: Annotated[str, Parameter(help="For people.")] = "",
    message: CommitMessage = "",
    session: Injected,
) -> None:
    """Accept tokens of an issuer, as subjects `oidc:NAME/SUB` and groups `oidc-group:NAME/GROUP`."""
    provider = access_pb2.IdentityProvider(
        issuer=issuer,
        audiences=audience,
        jwks_uri=jwks_uri,
        algorithms=algorithm,
        groups_claim=groups_claim,
        description=description,
    )
    fill_duration(provider.skew, skew)
    response = session.call(
        session.access.put_identity_provider,
        pb.PutIdentityProviderRequest(name=name, identity_provider=provider, message=message),
    )
    if session.terminal.structured:
        session.terminal.data(document(response))
    else:
        session.terminal.show(f"Wrote the identity provider {printable(name)}.")


@app.command
def delete(name: str, /, *, message: CommitMessage = "", session: Injected) -> None:
    """Accept no more tokens of an issuer."""
    response = session.call(
        session.access.delete_identity_provider,
        pb.DeleteIdentityProviderRequest(name=name, message=message),
    )
    if session.terminal.structured:
        session.terminal.data(document(response))
    else:
        session.terminal.show(f"Deleted the identity provider {printable(name)}.")
