"""Selectors: which resources of an environment a list or a subscription is about."""

from dataclasses import dataclass

from vexil.core.resource import Kind, ResourceState
from vexil.core.setting import Segment, Setting


@dataclass(frozen=True, slots=True)
class Selector:
    """All members that are set must fit; `key` and `prefix` exclude each other. Empty: everything."""

    kind: Kind | None = None
    key: str | None = None
    prefix: str | None = None
    tag: str | None = None

    def fits(self, state: ResourceState) -> bool:
        """Whether the resource is selected."""
        if not self.fits_place(state.id.kind, state.id.key):
            return False
        if self.tag is None:
            return True
        resource = state.resource
        return isinstance(resource, Setting | Segment) and self.tag in resource.tags

    def fits_place(self, kind: Kind, key: str) -> bool:
        """Whether a resource of that kind and key could be selected; only its tags are left to see."""
        if self.kind is not None and kind is not self.kind:
            return False
        if self.key is not None:
            return key == self.key
        return self.prefix is None or key.startswith(self.prefix)


EVERYTHING = Selector()
"""Every resource of an environment."""
