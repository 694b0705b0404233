"""`ConnectFlowConfigurations`: key `flowId` and `version`."""

from urllib.parse import unquote, urlsplit

from vexil.core.connect import (
    ContactLens,
    FlowConfiguration,
    LoggingSettings,
    TemplateInFile,
    TemplateInS3,
    TemplateLocation,
)
from vexil.server.imports.attributes import Attributes
from vexil.server.imports.connect.levels import read_level

SOURCE_VERSION = "sourceVersion"
"""The label that holds the version in the table: a later run knows by it how far the history was written."""


def read_flow(item: Attributes, notes: list[str]) -> tuple[str, FlowConfiguration]:
    """The flow's key and configuration; what is wrong stands in the item's problems."""
    key = item.needed("flowId")
    version = item.whole("version")
    if version is None and not item.problems:
        item.refuse("version", "is missing")
    elif version is not None and version < 0:
        item.refuse("version", f"must not be negative: {version}")
    active = item.flag("active")
    metadata = item.labels("metadata")
    if SOURCE_VERSION in metadata:
        item.refuse("metadata", f"the label {SOURCE_VERSION!r} is taken by the version in the table")
    flow = FlowConfiguration(
        name=item.needed("flowName"),
        active=active is not False,
        template=_location(item.text("flowTemplate")),
        parameters=item.document("parameters"),
        logging=_logging(item.inside("logging"), notes),
        metadata={**metadata, SOURCE_VERSION: str(version)},
    )
    return key, flow


def _location(text: str | None) -> TemplateLocation | None:
    if text is None:
        return None
    if text.startswith("s3://"):
        return TemplateInS3(text)
    return TemplateInFile(unquote(urlsplit(text).path) if text.startswith("file://") else text)


def _logging(logging: Attributes | None, notes: list[str]) -> LoggingSettings | None:
    if logging is None:
        return None
    lens = logging.flag("enableContactLens")
    if lens:
        notes.append("logging.enableContactLens: is taken as analysis after the call")
    return LoggingSettings(
        level=read_level(logging, "level"),
        log_group=logging.text("cloudWatchLogGroup"),
        contact_lens=None if lens is None else ContactLens(post_call=lens),
        recording_bucket=logging.text("s3RecordingBucket"),
    )
