"""A member of a secret that is a JSON object, as Secrets Manager's own templates are."""

import json

from vexil.secrets.errors import SecretNotFound, SecretUnusable
from vexil.secrets.secret import Secret


def member_of(secret: Secret, name: str, what: str) -> Secret:
    """That member; `what` names the secret in errors. Raises SecretNotFound and SecretUnusable.

    A text is given as it is, anything else as JSON.
    """
    try:
        content = json.loads(secret.data)
    except (ValueError, RecursionError):
        # Not as the cause: it quotes what it could not read.
        content = None
    if not isinstance(content, dict):
        raise SecretUnusable(f"{what} has no members: it is no JSON object") from None
    if name not in content:
        raise SecretNotFound(f"{what} has no member of that name")
    value = content[name]
    try:
        data = (value if isinstance(value, str) else json.dumps(value)).encode()
    except UnicodeEncodeError:
        raise SecretUnusable(f"the member of {what} holds half a character") from None
    return Secret(data, secret.version)
