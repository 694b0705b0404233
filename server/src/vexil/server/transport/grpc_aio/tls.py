"""Certificates as grpc takes them."""

import grpc

from vexil.server.transport.certificates import Certificates, Pems


def server_credentials(certificates: Certificates) -> grpc.ServerCredentials:
    """What a port takes; clients must show a certificate where authorities for them are given."""

    def changed() -> grpc.ServerCertificateConfiguration | None:
        pems = certificates.changed()
        return None if pems is None else _configuration(pems)

    return grpc.dynamic_ssl_server_credentials(
        _configuration(certificates.initial),
        changed,  # type: ignore[arg-type] # None is documented, and missing from the stubs
        require_client_authentication=certificates.files.client_authorities is not None,
    )


def _configuration(pems: Pems) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration([(pems.key, pems.chain)], pems.client_authorities)
