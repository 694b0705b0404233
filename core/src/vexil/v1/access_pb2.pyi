import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Verb(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERB_UNSPECIFIED: _ClassVar[Verb]
    VERB_READ: _ClassVar[Verb]
    VERB_EVALUATE: _ClassVar[Verb]
    VERB_WATCH: _ClassVar[Verb]
    VERB_WRITE: _ClassVar[Verb]
    VERB_DELETE: _ClassVar[Verb]
    VERB_ROLLBACK: _ClassVar[Verb]
    VERB_APPROVE: _ClassVar[Verb]
    VERB_CREATE_NAMESPACE: _ClassVar[Verb]
    VERB_HISTORY: _ClassVar[Verb]
    VERB_EXPORT: _ClassVar[Verb]
    VERB_IMPORT: _ClassVar[Verb]
    VERB_CONVERGENCE: _ClassVar[Verb]
    VERB_ACCESS_READ: _ClassVar[Verb]
    VERB_ACCESS_WRITE: _ClassVar[Verb]
    VERB_AUDIT_READ: _ClassVar[Verb]
    VERB_STATUS: _ClassVar[Verb]
    VERB_REVEAL: _ClassVar[Verb]
VERB_UNSPECIFIED: Verb
VERB_READ: Verb
VERB_EVALUATE: Verb
VERB_WATCH: Verb
VERB_WRITE: Verb
VERB_DELETE: Verb
VERB_ROLLBACK: Verb
VERB_APPROVE: Verb
VERB_CREATE_NAMESPACE: Verb
VERB_HISTORY: Verb
VERB_EXPORT: Verb
VERB_IMPORT: Verb
VERB_CONVERGENCE: Verb
VERB_ACCESS_READ: Verb
VERB_ACCESS_WRITE: Verb
VERB_AUDIT_READ: Verb
VERB_STATUS: Verb
VERB_REVEAL: Verb

class Scope(_message.Message):
    __slots__ = ("namespaces", "environments", "key_prefixes", "kinds")
    NAMESPACES_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENTS_FIELD_NUMBER: _ClassVar[int]
    KEY_PREFIXES_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    namespaces: _containers.RepeatedScalarFieldContainer[str]
    environments: _containers.RepeatedScalarFieldContainer[str]
    key_prefixes: _containers.RepeatedScalarFieldContainer[str]
    kinds: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, namespaces: _Optional[_Iterable[str]] = ..., environments: _Optional[_Iterable[str]] = ..., key_prefixes: _Optional[_Iterable[str]] = ..., kinds: _Optional[_Iterable[str]] = ...) -> None: ...

class Role(_message.Message):
    __slots__ = ("verbs", "description")
    VERBS_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    verbs: _containers.RepeatedScalarFieldContainer[Verb]
    description: str
    def __init__(self, verbs: _Optional[_Iterable[_Union[Verb, str]]] = ..., description: _Optional[str] = ...) -> None: ...

class RoleBinding(_message.Message):
    __slots__ = ("subject", "role", "scope", "expires_at", "description")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    subject: str
    role: str
    scope: Scope
    expires_at: _timestamp_pb2.Timestamp
    description: str
    def __init__(self, subject: _Optional[str] = ..., role: _Optional[str] = ..., scope: _Optional[_Union[Scope, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., description: _Optional[str] = ...) -> None: ...

class ServiceKey(_message.Message):
    __slots__ = ("secrets", "description", "expires_at")
    SECRETS_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    secrets: _containers.RepeatedCompositeFieldContainer[KeySecret]
    description: str
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, secrets: _Optional[_Iterable[_Union[KeySecret, _Mapping]]] = ..., description: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class KeySecret(_message.Message):
    __slots__ = ("digest", "created_at", "expires_at")
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    digest: str
    created_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, digest: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class IdentityProvider(_message.Message):
    __slots__ = ("issuer", "audiences", "jwks_uri", "algorithms", "groups_claim", "skew", "description")
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    AUDIENCES_FIELD_NUMBER: _ClassVar[int]
    JWKS_URI_FIELD_NUMBER: _ClassVar[int]
    ALGORITHMS_FIELD_NUMBER: _ClassVar[int]
    GROUPS_CLAIM_FIELD_NUMBER: _ClassVar[int]
    SKEW_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    issuer: str
    audiences: _containers.RepeatedScalarFieldContainer[str]
    jwks_uri: str
    algorithms: _containers.RepeatedScalarFieldContainer[str]
    groups_claim: str
    skew: _duration_pb2.Duration
    description: str
    def __init__(self, issuer: _Optional[str] = ..., audiences: _Optional[_Iterable[str]] = ..., jwks_uri: _Optional[str] = ..., algorithms: _Optional[_Iterable[str]] = ..., groups_claim: _Optional[str] = ..., skew: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., description: _Optional[str] = ...) -> None: ...

class User(_message.Message):
    __slots__ = ("password", "invitation", "invited_until", "description")
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    INVITATION_FIELD_NUMBER: _ClassVar[int]
    INVITED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    password: str
    invitation: str
    invited_until: _timestamp_pb2.Timestamp
    description: str
    def __init__(self, password: _Optional[str] = ..., invitation: _Optional[str] = ..., invited_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., description: _Optional[str] = ...) -> None: ...

class Session(_message.Message):
    __slots__ = ("user", "access", "access_expires_at", "refresh", "expires_at", "family")
    USER_FIELD_NUMBER: _ClassVar[int]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    ACCESS_EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    REFRESH_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    FAMILY_FIELD_NUMBER: _ClassVar[int]
    user: str
    access: str
    access_expires_at: _timestamp_pb2.Timestamp
    refresh: str
    expires_at: _timestamp_pb2.Timestamp
    family: str
    def __init__(self, user: _Optional[str] = ..., access: _Optional[str] = ..., access_expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., refresh: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., family: _Optional[str] = ...) -> None: ...
