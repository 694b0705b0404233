"""Contact actions: what happens to a contact and its data.

https://docs.aws.amazon.com/connect/latest/APIReference/contact-actions.html; of blocks that are not there,
https://docs.aws.amazon.com/connect/latest/adminguide/contact-block-definitions.html.
"""

from vexil.core.flows.language.actions.action_type import ANY, ActionType, Leaves

_QUEUE = (("QueueId", "AgentId"),)

CONTACT_ACTIONS = (
    ActionType("CompleteOutboundCall"),
    ActionType("CreateCase", ("LinkContactToCase", "CaseTemplateId"), errors=("ContactNotLinked", ANY)),
    # A task template brings its own flow and name.
    ActionType(
        "CreateTask",
        alternatives=(("ContactFlowId", "TaskTemplateId"), ("Name", "TaskTemplateId")),
        errors=(ANY,),
    ),
    ActionType("CreateWisdomSession", ("WisdomAssistantArn",), errors=(ANY,)),
    ActionType(
        "DequeueContactAndTransferToQueue",
        alternatives=_QUEUE,
        errors=("QueueAtCapacity", ANY),
        leaves=Leaves.ON_SUCCESS,
    ),
    ActionType("EndFlowModuleExecution", leaves=Leaves.ALWAYS),
    ActionType(
        "GetCase",
        ("LinkContactToCase", "GetLastUpdatedCase", "CustomerId"),
        errors=("ContactNotLinked", "MultipleFound", "NoneFound", ANY),
    ),
    # A module may return a result, which conditions compare.
    ActionType("InvokeFlowModule", ("FlowModuleId",), conditional=True, errors=(ANY,)),
    ActionType("LoadContactContent", ("ContentType",), errors=(ANY,)),
    ActionType("ResumeContact", errors=(ANY,)),
    ActionType("RouteContactToAgent", errors=(ANY,), leaves=Leaves.ON_SUCCESS),
    ActionType(
        "StartOutboundChatContact",
        ("SourceEndpoint", "DestinationEndpoint", "ContactFlowArn", "ContactSubtype"),
        errors=(ANY,),
    ),
    ActionType("StartOutboundEmailContact", errors=(ANY,)),
    ActionType("TagContact", ("Tags",)),
    ActionType("TransferContactToAgent", leaves=Leaves.ON_SUCCESS),
    ActionType("TransferContactToQueue", errors=("QueueAtCapacity", ANY), leaves=Leaves.ON_SUCCESS),
    # The reference says UnTagContact, Amazon Connect takes UntagContact.
    ActionType("UnTagContact", ("TagKeys",), errors=(ANY,)),
    ActionType("UntagContact", ("TagKeys",), errors=(ANY,)),
    ActionType("UpdateCase", ("LinkContactToCase", "CaseId"), errors=("ContactNotLinked", ANY)),
    ActionType("UpdateContactAttributes", ("Attributes",), errors=(ANY,)),
    ActionType(
        "UpdateContactCallbackNumber",
        ("CallbackNumber",),
        errors=("InvalidCallbackNumber", "CallbackNumberNotDialable"),
    ),
    # The reference requires TargetContact; the flow designer leaves it out for the current contact.
    ActionType("UpdateContactData", errors=(ANY,)),
    ActionType("UpdateContactEventHooks", ("EventHooks",), errors=(ANY,)),
    ActionType("UpdateContactMediaProcessing", ("ChatProcessor",), errors=("ChannelMismatch", ANY)),
    ActionType(
        "UpdateContactMediaStreamingBehavior",
        ("MediaStreamingState", "MediaStreamType", "Participants"),
        errors=(ANY,),
    ),
    ActionType(
        "UpdateContactRecordingAndAnalyticsBehavior",
        alternatives=(("VoiceBehavior", "ChatBehavior", "ScreenRecordingBehavior"),),
        errors=("ChannelMismatch", ANY),
    ),
    ActionType("UpdateContactRecordingBehavior", ("RecordingBehavior",)),
    ActionType(
        "UpdateContactRoutingBehavior", alternatives=(("QueuePriority", "QueueTimeAdjustmentSeconds"),)
    ),
    # The reference says UpdateRoutingCriteria, Amazon Connect takes UpdateContactRoutingCriteria.
    ActionType("UpdateContactRoutingCriteria", ("RoutingCriteria",), errors=(ANY,)),
    ActionType("UpdateContactTargetQueue", alternatives=_QUEUE, errors=(ANY,)),
    ActionType("UpdateContactTextToSpeechVoice", ("TextToSpeechVoice",), errors=(ANY,)),
    ActionType("UpdatePreviousContactParticipantState", ("PreviousContactParticipantState",), errors=(ANY,)),
)
