"""Participant actions: what the people on a contact hear, see and answer.

https://docs.aws.amazon.com/connect/latest/APIReference/participant-actions.html; of blocks that are not
there, https://docs.aws.amazon.com/connect/latest/adminguide/contact-block-definitions.html.
"""

from vexil.core.flows.language.actions.action_type import ANY, NO_MATCH, ActionType, Leaves

_MESSAGE = ("Text", "SSML", "PromptId", "Media")

PARTICIPANT_ACTIONS = (
    ActionType(
        "AuthenticateParticipant",
        ("CognitoConfiguration", "CustomerProfilesConfiguration", "TimeLimitMinutes"),
        conditional=True,
        errors=(ANY,),
    ),
    ActionType(
        "ConnectParticipantWithLexBot",
        alternatives=(("LexV2Bot", "LexBot"),),
        conditional=True,
        errors=(NO_MATCH, ANY),
    ),
    ActionType("DisconnectParticipant", leaves=Leaves.ALWAYS),
    ActionType(
        "GetParticipantInput",
        ("InputTimeLimitSeconds",),
        alternatives=(_MESSAGE,),
        conditional=True,
        errors=(ANY,),
    ),
    ActionType("MessageParticipant", alternatives=(_MESSAGE,), errors=(ANY,)),
    # Without an interruption it plays until the contact is fetched from the queue.
    ActionType(
        "MessageParticipantIteratively",
        ("Messages",),
        conditional=True,
        errors=(ANY,),
        leaves=Leaves.ON_SUCCESS,
    ),
    ActionType(
        "ShowView", ("ViewResource/Id",), conditional=True, errors=(NO_MATCH, "TimeLimitExceeded", ANY)
    ),
    # Without ContinueFlowExecution the contact is gone once the other party is called.
    ActionType(
        "TransferParticipantToThirdParty",
        ("ThirdPartyPhoneNumber", "ThirdPartyConnectionTimeLimitSeconds", "ContinueFlowExecution"),
        errors=(ANY,),
        leaves=Leaves.ON_SUCCESS,
    ),
)
