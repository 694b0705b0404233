"""What holds a connection stays in its process."""

from typing import NoReturn


class Connected:
    """Refuses to be pickled or copied."""

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"a {type(self).__name__} can't be pickled or copied, since it holds a connection; "
            "pass on its arguments and make another one there"
        )
