"""A server whose flows have templates in S3."""

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.connect.conftest import Centre, error_of
from tests.acceptance.connect.test_render import flow_text, said
from tests.support.engines.moto import Account
from tests.support.server import running_server
from tests.support.transports import TRANSPORTS, require
from vexil.client.rpc import Endpoint, open_aio_channel
from vexil.core.connect import FlowConfiguration, TemplateInS3
from vexil.core.errors import FailedPrecondition, NotFound, Reason
from vexil.server.settings import TransportName


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_template_in_s3_is_filled(
    transport: TransportName, account: Account, bucket: Any, tmp_path: Path
) -> None:
    require(transport)
    put = bucket.put_object(Key="main.json", Body=flow_text("{{greeting}} 👋").encode())
    bucket.put_object(Key="latin-1.json", Body="ü".encode("latin-1"))
    channel: Any
    async with (
        running_server(transport=transport, s3_endpoint=account.endpoint) as server,
        open_aio_channel(Endpoint(server.target)) as channel,
    ):
        centre = Centre(server, channel, tmp_path)
        await centre.create()
        for name in ("main", "latin-1", "gone"):
            template = TemplateInS3(f"s3://flows/{name}.json")
            await centre.put(
                {name: FlowConfiguration(name, template=template, parameters={"greeting": "Hi"})}
            )

        response = await centre.render(flow_id="main")
        missing = await error_of(centre.render(flow_id="gone"))
        unfit = await error_of(centre.render(flow_id="latin-1"))

    assert said(response) == "Hi 👋"
    assert (response.source, response.source_version) == ("s3://flows/main.json", put.e_tag.strip('"'))
    assert (type(missing), missing.reason) == (NotFound, Reason.TEMPLATE_NOT_FOUND)
    assert (type(unfit), unfit.reason) == (FailedPrecondition, Reason.INVALID_FLOW)
