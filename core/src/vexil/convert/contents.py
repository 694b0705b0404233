"""What a resource of each kind holds, as one oneof: `vexil.v1.Resource`."""

from vexil.convert import connect, settings
from vexil.convert.oneof import OneOf
from vexil.convert.records import Record
from vexil.core import connect as connect_model
from vexil.core import resource as model
from vexil.core import setting as setting_model
from vexil.v1 import resource_pb2 as wire

CONTENT = OneOf("spec")
CONTENT.message("namespace", model.Namespace, Record(model.Namespace, wire.Namespace))
CONTENT.message("environment", model.Environment, Record(model.Environment, wire.Environment))
CONTENT.message("definition", setting_model.Definition, settings.DEFINITION)
CONTENT.message("setting", setting_model.Setting, settings.SETTING)
CONTENT.message("segment", setting_model.Segment, settings.SEGMENT)
CONTENT.message("flow_configuration", connect_model.FlowConfiguration, connect.FLOW_CONFIGURATION)
CONTENT.message("queue_configuration", connect_model.QueueConfiguration, connect.QUEUE_CONFIGURATION)
CONTENT.message("routing_rule", connect_model.RoutingRule, connect.ROUTING_RULE)
CONTENT.message("logging_configuration", connect_model.LoggingConfiguration, connect.LOGGING_CONFIGURATION)
CONTENT.message("flow_template", connect_model.FlowTemplate, connect.FLOW_TEMPLATE)
