"""What this server knows, and what it has heard: who needs to be told what."""

from vexil.core.resource import Revision


class Hearsay:
    """Decides what is worth telling and what is worth a look, for as long as one connection lasts.

    `known` comes from the log and can be relied on; what is heard can't. So a wrong message silences nobody:
    a revision is not told again only where exactly this one was heard.
    """

    def __init__(self) -> None:
        self._known: dict[str, Revision] = {}
        self._heard: dict[str, Revision] = {}

    def forget(self) -> None:
        """Begins anew: nothing that was told need still be known elsewhere."""
        self._known.clear()
        self._heard.clear()

    def know(self, namespace: str, revision: Revision) -> bool:
        """Whether others should be told that the log has this revision."""
        if revision <= self._known.get(namespace, 0):
            return False
        self._known[namespace] = revision
        return self._heard.get(namespace) != revision

    def unsaid(self, namespace: str) -> None:
        """What was known of this namespace could not be told."""
        self._known.pop(namespace, None)

    def hear(self, namespace: str, revision: Revision) -> bool:
        """Whether what others say deserves a look into the log.

        Of namespaces that the log is not known to have nothing is kept: anybody can make up names.
        """
        known = self._known.get(namespace)
        if known is None:
            return True
        if revision <= known or self._heard.get(namespace) == revision:
            return False
        self._heard[namespace] = revision
        return True
