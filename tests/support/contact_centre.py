"""A contact centre for tests of the bridge, and the events that its flows send."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.support.shop import Shop
from vexil.client.testing.values import setting_of
from vexil.core.connect import (
    FlowConfiguration,
    QueueConfiguration,
    RoutingActions,
    RoutingCondition,
    RoutingOperator,
    RoutingRule,
    TemplateInS3,
)
from vexil.core.frozen import FrozenDict
from vexil.core.resource import Kind

CONTACT = "4a573372-1f28-4e26-b97b-0123456789ab"
FIRST_CONTACT = "9c1f0d6e-52a7-4d0a-8a52-aaaaaaaaaaaa"
CALLER_NUMBER = "+4915112345678"
OUR_NUMBER = "+4930987654321"
_ARN = "arn:aws:connect:eu-central-1:123456789012:instance/11111111-0000-4000-8000-000000000001/queue/"


def event(attributes: Mapping[str, Any] | None = None, /, **parameters: str) -> dict[str, Any]:
    """What a flow sends. Double underscores in the names of parameters stand for dots."""
    return {
        "Name": "ContactFlowEvent",
        "Details": {
            "ContactData": {
                "Attributes": dict(attributes or {}),
                "Channel": "VOICE",
                "ContactId": CONTACT,
                "CustomerEndpoint": {"Address": CALLER_NUMBER, "Type": "TELEPHONE_NUMBER"},
                "InitialContactId": FIRST_CONTACT,
                "InitiationMethod": "INBOUND",
                "InstanceARN": "arn:aws:connect:eu-central-1:123456789012:instance/11111111",
                "LanguageCode": "de-DE",
                "PreviousContactId": FIRST_CONTACT,
                "Queue": {"ARN": f"{_ARN}a1", "Name": "Basic"},
                "SystemEndpoint": {"Address": OUR_NUMBER, "Type": "TELEPHONE_NUMBER"},
            },
            "Parameters": {name.replace("__", "."): text for name, text in parameters.items()},
        },
    }


class ContactCentre(Shop):
    """A namespace with a flow, queues, routing rules and a flag in its environment `prod`."""

    def fill(self) -> int:
        """Writes all of it. Answers the revision."""
        self.create()
        self.queue("support", f"{_ARN}a1")
        self.queue("priority", f"{_ARN}a2")
        self.rule("main/gold", 10, "customer_class", RoutingOperator.EQUALS, ("gold",), "priority")
        self.rule("main/rest", 20, "*", RoutingOperator.ALWAYS, (), "support")
        self.set(callback_enabled=True)
        return self.flow(greeting="Welcome!", menu={"seconds": 5.0, "loud": True})

    def flow(self, *, active: bool = True, **flow_parameters: Any) -> int:
        """Writes the flow `main-menu` with these parameters. Answers the revision."""
        flow = FlowConfiguration(
            name="Main menu",
            active=active,
            template=TemplateInS3("s3://flows/main-menu.json"),
            parameters=_frozen(flow_parameters),
            queue_key="support",
            routing_key="main",
            feature_keys=("callback.enabled",),
        )
        return self.put(Kind.FLOW_CONFIGURATION, "main-menu", flow)

    def queue(self, key: str, arn: str) -> int:
        """Writes a queue."""
        return self.put(Kind.QUEUE_CONFIGURATION, key, QueueConfiguration(arn=arn, name=key.title()))

    def rule(
        self,
        key: str,
        priority: int,
        attribute: str,
        operator: RoutingOperator,
        values: tuple[str, ...],
        queue: str,
    ) -> int:
        """Writes a routing rule."""
        rule = RoutingRule(
            priority=priority,
            condition=RoutingCondition(attribute=attribute, operator=operator, values=values),
            actions=RoutingActions(target_queue=queue),
        )
        return self.put(Kind.ROUTING_RULE, key, rule)

    def setting(self, key: str, value: Any) -> int:
        """Writes a plain setting."""
        return self.put(Kind.SETTING, key, setting_of(key, value))


@contextmanager
def contact_centre(target: str, name: str = "contact-centre") -> Iterator[ContactCentre]:
    """One in a server, filled."""
    with ContactCentre(target, name) as made:
        made.fill()
        yield made


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return FrozenDict({name: _frozen(each) for name, each in value.items()})
    return value
