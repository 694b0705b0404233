"""`vexil connect flow render`."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from cyclopts import Parameter

from vexil.convert.flows import fill_finding
from vexil.convert.wellknown import fill_struct
from vexil.core.flows.rendering import render as render_here
from vexil.server.cli.inputs import InputFile, read_json_object, read_text
from vexil.server.cli.literals import parse_attribute
from vexil.server.cli.render.flows import warning_lines
from vexil.server.cli.render.messages import document
from vexil.server.cli.render.text import printable
from vexil.server.cli.session import Injected, Session
from vexil.server.cli.usage import UsageError
from vexil.v1 import connect_service_pb2 as connect_pb


def render(
    flow_id: Annotated[
        str | None, Parameter(help="The flow whose template is filled, by the server.")
    ] = None,
    /,
    *,
    template_key: Annotated[str | None, Parameter(help="A template of the server instead.")] = None,
    template: Annotated[
        InputFile | None, Parameter(help="A template here instead; no server is asked.")
    ] = None,
    values: Annotated[
        tuple[str, ...],
        Parameter(
            name=["--values", "--value"],
            negative=(),
            help="NAME=VALUE or NESTED.NAME=VALUE, any number of times; JSON where it can be, else text.",
        ),
    ] = (),
    values_file: Annotated[
        InputFile | None, Parameter(help="A JSON object of values; --values wins over it.")
    ] = None,
    session: Injected,
) -> None:
    """Fill a template, and check that a flow comes out.

    The flow goes to stdout; what deserves a look, and values that nothing uses, are told on stderr. A flow's
    own parameters win over values.
    """
    if sum(given is not None for given in (flow_id, template_key, template)) != 1:
        raise UsageError(
            "Say what to fill, one thing.",
            "`vexil connect flow render FLOW_ID`, or --template FILE, or --template-key KEY.",
        )
    given = _values(values, values_file)
    if template is not None:
        response = _filled_here(read_text(template), given)
    else:
        response = _filled_there(session, flow_id, template_key, given)
    if session.terminal.structured:
        session.terminal.data(document(response))
        return
    flow = json.loads(response.content)
    session.terminal.text.write(json.dumps(flow, ensure_ascii=False, indent=2) + "\n")
    if response.warnings:
        session.terminal.note(*warning_lines(response.warnings))
    if response.unused:
        session.terminal.note(f"No placeholder uses {printable(', '.join(response.unused))}.")


def _filled_here(template: str, values: Mapping[str, Any]) -> connect_pb.RenderTemplateResponse:
    rendered = render_here(template, {}, values)
    response = connect_pb.RenderTemplateResponse(content=rendered.content, unused=rendered.unused)
    for finding in rendered.warnings:
        fill_finding(response.warnings.add(), finding)
    return response


def _filled_there(
    session: Session, flow_id: str | None, template_key: str | None, values: Mapping[str, Any]
) -> connect_pb.RenderTemplateResponse:
    request = connect_pb.RenderTemplateRequest(
        namespace=session.namespace,
        environment=session.environment,
        flow_id=flow_id,
        template_key=template_key,
    )
    fill_struct(request.values, values)
    return session.call(session.connect.render_template, request)


def _values(texts: tuple[str, ...], file: InputFile | None) -> dict[str, Any]:
    """What the file says, and over it what was typed. Raises UsageError."""
    result = {} if file is None else read_json_object(file, '{"name": "value"}')
    for text in texts:
        name, value = parse_attribute(text)
        *outer, last = name.split(".")
        holder = result
        for step in outer:
            if not isinstance(inner := holder.setdefault(step, {}), dict):
                raise UsageError(f"{name!r} leads through {step!r}, which has a value itself.")
            holder = inner
        holder[last] = value
    return result
