"""Selectors: `vexil.core.selector` and `vexil.v1.Selector`."""

from vexil.convert.codec import REFUSALS, located
from vexil.convert.paths import invalid, within
from vexil.convert.resources import kind_from_proto, kind_to_proto
from vexil.core.selector import Selector
from vexil.v1 import watch_pb2 as wire


def selector_from_proto(message: wire.Selector) -> Selector:
    """The selector of a message; kind 0 and an empty tag select by nothing. Raises InvalidRequest."""
    with within("kind"):
        kind = kind_from_proto(message.kind) if message.kind else None
    match = message.WhichOneof("match")
    return Selector(
        kind,
        message.key if match == "key" else None,
        message.prefix if match == "prefix" else None,
        message.tag or None,
    )


def selector_to_proto(selector: Selector) -> wire.Selector:
    """The message of a selector. Raises InvalidRequest, also when it has both key and prefix."""
    message = wire.Selector()
    if selector.key is not None and selector.prefix is not None:
        raise invalid("key and prefix exclude each other", "prefix")
    if selector.kind is not None:
        message.kind = kind_to_proto(selector.kind)
    for name in ("key", "prefix", "tag"):
        text = getattr(selector, name)
        if text is None:
            continue
        try:
            setattr(message, name, text)
        except REFUSALS as error:
            raise located(error, name) from None
    return message
