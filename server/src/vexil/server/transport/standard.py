"""Services of gRPC's own that every server has beside its methods: health and, where wanted, reflection."""

from collections.abc import Sequence

from vexil.server.services import Method, methods_of
from vexil.server.transport.health import HEALTH_SERVICE, Health
from vexil.server.transport.listener import Listener
from vexil.server.transport.reflection import REFLECTION_SERVICE, Reflection


class Offer:
    """All that a listener offers: `methods`, and those of `health` alone for a second address.

    `more` are the names of services that the transport adds by itself; reflection lists them too.
    """

    def __init__(self, listener: Listener, methods: Sequence[Method], *more: str) -> None:
        services = sorted({method.path.split("/")[1] for method in methods})
        self.health = Health(services)
        self.health_methods = list(methods_of(HEALTH_SERVICE, self.health))
        standard = list(self.health_methods)
        if listener.reflection:
            names = [*services, HEALTH_SERVICE.full_name, *more, REFLECTION_SERVICE.full_name]
            standard += methods_of(REFLECTION_SERVICE, Reflection(names))
        if listener.guard is not None:
            methods, standard = [*map(listener.guard, methods)], [*map(listener.guard, standard)]
        gate = listener.gate
        if gate is not None:
            methods = [method.admitted_by(gate.admit) for method in methods]
            standard = [method.admitted_by(gate.admit_standard) for method in standard]
        if listener.recorded is not None:
            methods, standard = [*map(listener.recorded, methods)], [*map(listener.recorded, standard)]
        self.methods = [*methods, *standard]
