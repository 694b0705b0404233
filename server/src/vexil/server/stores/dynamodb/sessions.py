"""boto3's sessions, which share what they know of AWS's services."""

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3
    from botocore.loaders import Loader


def open_session(**arguments: Any) -> "boto3.Session":
    """A session; arguments are those of `boto3.Session`, which decides what is raised.

    ModuleNotFoundError where boto3 is missing.

    A session by itself reads the description of a service anew for each of its first clients: 70 ms of
    processor time and some megabytes, for the store, the board and the outbox each.
    """
    # Here, because it is an extra, and takes a third of a second to import.
    import boto3  # noqa: PLC0415
    from botocore.session import get_session  # noqa: PLC0415 - comes with boto3

    core = get_session()
    # What looking for descriptions would find out: whether there is the profile that AWS_PROFILE names.
    core.get_scoped_config()
    core.register_component("data_loader", _loader())
    return boto3.Session(botocore_session=core, **arguments)


@cache
def _loader() -> "Loader":
    from botocore.session import get_session  # noqa: PLC0415 - comes with boto3

    loader: Loader = get_session().get_component("data_loader")
    return loader
