"""Reading trees of Parameter Store."""

from collections.abc import Iterator

from vexil.server.imports.aws.clients import AwsPlace, aws_errors
from vexil.server.imports.item import Item


def read_parameters(place: AwsPlace, path: str) -> Iterator[Item]:
    """All parameters below a path; secrets stay encrypted, and even so are not passed on.

    Raises VexilError as `aws_errors` gives it.
    """
    client = place.client("ssm")
    with aws_errors(f"the parameters below {path}"):
        try:
            pages = client.get_paginator("get_parameters_by_path").paginate(
                Path=path, Recursive=True, WithDecryption=False
            )
            for page in pages:
                for parameter in page["Parameters"]:
                    shown = {"Name", "Type", "ARN"}
                    if parameter.get("Type") != "SecureString":
                        shown.add("Value")
                    yield Item(path, {name: value for name, value in parameter.items() if name in shown})
        finally:
            client.close()
