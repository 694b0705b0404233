"""Where a reader looks."""

from vexil.core.errors import InvalidRequest
from vexil.core.secret_location import Location
from vexil.core.value import SecretReference
from vexil.secrets.errors import SecretUnusable


def locate(reference: SecretReference) -> Location:
    """Where the secret is. Raises SecretUnusable, which does not repeat the reference."""
    try:
        return Location.of(reference)
    except InvalidRequest as error:
        raise SecretUnusable(error.message) from None
