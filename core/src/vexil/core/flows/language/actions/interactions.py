"""Interactions: actions with side effects that need neither a contact nor a participant.

https://docs.aws.amazon.com/connect/latest/APIReference/interactions.html; of blocks that are not there,
https://docs.aws.amazon.com/connect/latest/adminguide/contact-block-definitions.html.
"""

from vexil.core.flows.language.actions.action_type import ANY, ActionType

INTERACTIONS = (
    ActionType(
        "AssociateContactToCustomerProfile",
        ("ProfileRequestData/ProfileId", "ProfileRequestData/ContactId"),
        errors=(ANY,),
    ),
    ActionType(
        "CreateCallbackContact",
        ("InitialCallDelaySeconds", "MaximumConnectionAttempts", "RetryDelaySeconds"),
        errors=(ANY,),
    ),
    ActionType("CheckSegmentMembership", conditional=True, errors=(ANY,)),
    ActionType("CreateCustomerProfile", ("ProfileRequestData",), errors=(ANY,)),
    ActionType("CreatePersistentContactAssociation", ("RehydrationType", "SourceContactId"), errors=(ANY,)),
    ActionType("EvaluateDataTableValues", ("DataTableId", "Queries"), errors=(ANY,)),
    ActionType(
        "GetCalculatedAttributesForCustomerProfile",
        ("ProfileRequestData/ProfileId",),
        errors=("NoneFoundError", ANY),
    ),
    ActionType(
        "GetCustomerProfile", ("ProfileRequestData",), errors=("MultipleFoundError", "NoneFoundError", ANY)
    ),
    ActionType(
        "GetCustomerProfileObject",
        ("ProfileRequestData/ProfileId", "ProfileRequestData/ObjectType"),
        errors=("NoneFoundError", ANY),
    ),
    ActionType("InvokeLambdaFunction", ("LambdaFunctionARN",), errors=(ANY,)),
    ActionType("ListDataTableValues", ("DataTableId", "PrimaryKeyGroups"), errors=(ANY,)),
    ActionType("UpdateCustomerProfile", ("ProfileRequestData",), errors=(ANY,)),
    ActionType(
        "UpsertDataTableValues", ("DataTableId", "DataTableUpsertAttributes", "LockVersion"), errors=(ANY,)
    ),
)
