"""Flow control actions: which way a flow takes, and how it behaves.

https://docs.aws.amazon.com/connect/latest/APIReference/flow-control-actions.html
"""

from vexil.core.flows.language.actions.action_type import ANY, NO_MATCH, ActionType, Leaves

FLOW_CONTROL_ACTIONS = (
    ActionType("CheckHoursOfOperation", conditional=True, errors=(ANY,)),
    ActionType("CheckMetricData", ("MetricType",), conditional=True, errors=(NO_MATCH, ANY)),
    ActionType("CheckOutboundCallStatus", conditional=True, errors=(ANY,)),
    ActionType("CheckVoiceId", ("CheckVoiceIdOption",), conditional=True, errors=(ANY,)),
    ActionType("Compare", ("ComparisonValue",), conditional=True, errors=(NO_MATCH,)),
    ActionType("DistributeByPercentage", conditional=True, errors=(NO_MATCH,)),
    ActionType("EndFlowExecution", leaves=Leaves.ALWAYS),
    ActionType("GetMetricData", errors=(ANY,)),
    ActionType("Loop", ("LoopCount",), conditional=True),
    ActionType("StartVoiceIdStream", errors=(ANY,)),
    ActionType("TransferToFlow", ("ContactFlowId",), errors=(ANY,), leaves=Leaves.ON_SUCCESS),
    # The reference knows no errors of this one; Amazon Connect wants the branch.
    ActionType("UpdateFlowAttributes", ("FlowAttributes",), errors=(ANY,)),
    ActionType("UpdateFlowLoggingBehavior", ("FlowLoggingBehavior",)),
    ActionType("UpdateRoutingCriteria", ("RoutingCriteria",), errors=(ANY,)),
    # The reference says TimeoutSeconds, the flow designer writes TimeLimitSeconds.
    ActionType(
        "Wait", alternatives=(("TimeLimitSeconds", "TimeoutSeconds"),), conditional=True, errors=(ANY,)
    ),
)
