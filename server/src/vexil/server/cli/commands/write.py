"""`vexil set` and `vexil delete`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from vexil.convert.resources import commit_to_proto, kind_to_proto, state_from_proto
from vexil.core.change import Delete, Put, VersionIs
from vexil.core.errors import InvalidRequest, NotFound, Reason
from vexil.core.resource import Commit, Kind, ResourceId, ResourceState, Version
from vexil.core.setting import Definition, Setting
from vexil.core.value import ValueType
from vexil.files.path import Path as FieldPath
from vexil.files.path import parse, render
from vexil.server.cli.commits import commit
from vexil.server.cli.inputs import STDIN, STDIN_TOKEN, InputFile, read_text
from vexil.server.cli.literals import guess_type, parse_value
from vexil.server.cli.parameters import CommitMessage, DryRun, IfVersion, KindChoice
from vexil.server.cli.render.messages import document
from vexil.server.cli.render.resources import name_of, summary
from vexil.server.cli.session import Injected, Session
from vexil.server.cli.usage import UsageError
from vexil.v1 import config_service_pb2 as config_pb


def set_setting(
    key: str,
    value: Annotated[str | None, Parameter(help="The new value; `-` reads it from standard input.")] = None,
    /,
    *,
    value_type: Annotated[
        ValueType | None,
        Parameter(
            name="--type",
            help="The value's type. Default: the setting's own, its definition's, else what it looks like.",
        ),
    ] = None,
    from_file: Annotated[InputFile | None, Parameter(help="Read the value from this file, exactly.")] = None,
    serve: Annotated[str | None, Parameter(help="Flags: the variant to serve by default.")] = None,
    enable: Annotated[
        bool | None, Parameter(negative="--disable", help="Turn the flag or setting on, or off.")
    ] = None,
    if_version: IfVersion = None,
    message: CommitMessage = "",
    dry_run: DryRun = False,
    session: Injected,
) -> None:
    """Set a setting, or turn a flag.

    A setting that only a parent environment has is copied to this one first, as a whole.
    """
    text = _text(value, from_file)
    if text is None and serve is None and enable is None:
        raise UsageError(
            "There is nothing to set.", f"Give a value: `vexil set {key} VALUE`, or --serve or --enable."
        )
    id = ResourceId(Kind.SETTING, session.environment, key)
    current = _find(session, id)
    setting = current.resource if current is not None and isinstance(current.resource, Setting) else None
    new = setting or Setting()
    if text is not None:
        new = _with_value(session, key, new, text, value_type)
    if serve is not None:
        new = _with_serve(key, new, serve)
    if enable is not None:
        new = replace(new, enabled=enable)
    own = current.version if current is not None and current.id == id else Version(0)
    if current is not None and current.id == id and new == setting:
        session.terminal.note(f"{name_of(id)} is so already; nothing was written.")
        return
    expected = own if if_version is None else Version(if_version)
    try:
        made = commit(session, [Put(id, new)], [VersionIs(id, expected)], message=message, dry_run=dry_run)
    except InvalidRequest as error:
        raise _told_by_key(error, key) from None
    before = "nothing" if setting is None else summary(setting)
    _tell(session, made, f"{name_of(id)}: {before} → {summary(new)}", dry_run=dry_run)


def delete(
    key: str,
    /,
    *,
    kind: KindChoice = Kind.SETTING,
    if_version: IfVersion = None,
    message: CommitMessage = "",
    dry_run: DryRun = False,
    session: Injected,
) -> None:
    """Delete a resource from an environment.

    What the environment inherits at that key comes to light again.
    """
    id = ResourceId(kind, session.environment if kind.in_environment else "", key)
    preconditions = [] if if_version is None else [VersionIs(id, Version(if_version))]
    made = commit(session, [Delete(id)], preconditions, message=message, dry_run=dry_run)
    _tell(session, made, f"{name_of(id)}: deleted", dry_run=dry_run)


def _text(value: str | None, from_file: Path | None) -> str | None:
    if value is not None and from_file is not None:
        raise UsageError("Both a value and --from-file are given.", "Give one of them.")
    if value == STDIN_TOKEN:
        return read_text(STDIN)
    return read_text(from_file) if from_file is not None else value


def _find(session: Session, id: ResourceId) -> ResourceState | None:
    request = config_pb.GetRequest(
        namespace=session.namespace, environment=id.environment, kind=kind_to_proto(id.kind), key=id.key
    )
    try:
        return state_from_proto(session.call(session.config.get, request).state)
    except NotFound as error:
        if error.reason is Reason.CONFIGURATION_NOT_FOUND:
            return None
        raise


def _with_value(session: Session, key: str, setting: Setting, text: str, said: ValueType | None) -> Setting:
    if setting.variants:
        raise UsageError(
            f"{key!r} is a flag: it has variants instead of a value.",
            "Say --serve VARIANT, --enable or --disable; `vexil apply` changes everything else.",
        )
    wanted = said or setting.type or _defined_type(session, key) or guess_type(text)
    return replace(setting, value=parse_value(text, wanted))


def _defined_type(session: Session, key: str) -> ValueType | None:
    definition = _find(session, ResourceId(Kind.DEFINITION, "", key))
    if definition is None or not isinstance(definition.resource, Definition):
        return None
    return definition.resource.type


def _with_serve(key: str, setting: Setting, variant: str) -> Setting:
    if variant not in setting.variants:
        known = ", ".join(sorted(setting.variants)) or "none"
        raise UsageError(f"{key!r} has no variant {variant!r}; variants: {known}.")
    return replace(setting, serve=variant)


def _told_by_key(error: InvalidRequest, key: str) -> InvalidRequest:
    """The error with the setting's key instead of `changes[0].put.setting`."""
    violations = [
        replace(violation, field=_field_of(key, parse(violation.field))) for violation in error.violations
    ]
    return InvalidRequest.of(violations) if violations else error


def _field_of(key: str, path: FieldPath) -> str:
    match path:
        case ("changes", 0, "put", "setting", "value") | ("changes", 0, "put", "setting"):
            return key
        case ("changes", 0, "put", "setting", *steps):
            return f"{key} ({render(tuple(steps))})"
        case _:
            return render(path)


def _tell(session: Session, made: Commit, what: str, *, dry_run: bool) -> None:
    if session.terminal.structured:
        session.terminal.data({"commit": document(commit_to_proto(made)), "dryRun": dry_run})
    elif dry_run:
        session.terminal.show(f"{what} (dry run: nothing was written)")
    else:
        session.terminal.show(f"{what} (revision {made.revision})")
