"""What became of the items of an import, for people and for machines."""

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from vexil.convert.resources import id_to_proto
from vexil.server.cli.render.messages import document
from vexil.server.cli.render.resources import name_of
from vexil.server.cli.render.text import counted, printable
from vexil.server.imports.schedule import Action, Schedule
from vexil.server.imports.survey import Survey

_ACTIONS = {Action.CREATE: ("+", "green"), Action.UPDATE: ("~", "yellow"), Action.DELETE: ("-", "red")}


def survey_lines(survey: Survey) -> Iterator[Text]:
    """The counts, then every item that is not mapped, and what of mapped ones is left out."""
    counts = f"{len(survey.mapped)} mapped, {len(survey.refused)} can't be, {len(survey.set_aside)} set aside"
    yield Text(f"Read {counted(survey.read, 'item')}: {counts}.", style="bold")
    for refused in survey.refused:
        yield Text(f"✗ {printable(refused.item)}", style="red")
        yield from (Text(f"    {printable(reason)}") for reason in refused.reasons)
    for mapped in survey.mapped:
        if mapped.notes:
            yield Text(f"! {printable(mapped.item)}", style="yellow")
            yield from (Text(f"    {printable(note)}") for note in mapped.notes)
    for aside, count in survey.aside:
        yield Text(f"- {count} {aside.what} set aside: {aside.reason}", style="dim")


def schedule_lines(schedule: Schedule) -> Iterator[Text]:
    """What is written, a line each, in order."""
    for write in schedule.writes:
        sign, style = _ACTIONS[write.action]
        yield Text(f"{sign} {write.action} {name_of(write.change.id)}", style=style)


def import_document(survey: Survey, schedule: Schedule) -> dict[str, Any]:
    """Both as a JSON value."""
    return {
        "read": survey.read,
        "mapped": len(survey.mapped),
        "refused": [{"item": one.item, "reasons": list(one.reasons)} for one in survey.refused],
        "setAside": [
            {"what": aside.what, "count": count, "reason": aside.reason} for aside, count in survey.aside
        ],
        "notes": [{"item": one.item, "notes": list(one.notes)} for one in survey.mapped if one.notes],
        "counts": {
            "create": schedule.created,
            "update": schedule.updated,
            "delete": schedule.deleted,
            "unchanged": schedule.unchanged,
        },
        "changes": [
            {
                "action": str(write.action),
                "id": document(id_to_proto(write.change.id)),
                "item": write.item,
            }
            for write in schedule.writes
        ],
    }
