"""Answers while commits go on: each is all of one revision."""

import asyncio
from dataclasses import replace

from tests.acceptance.connect.conftest import PLACE, Centre
from tests.support.contacts import queue, rule
from vexil.core.connect import FlowConfiguration
from vexil.core.setting import Setting
from vexil.core.value import Value
from vexil.v1 import connect_service_pb2 as pb

FLOW = FlowConfiguration("Main", queue_key="support", routing_key="main", feature_keys=("number",))
COMMITS = 40


async def test_answer_is_of_the_revision_that_it_names(centre: Centre) -> None:
    async def commit(revision: int) -> None:
        made = await centre.put(
            {
                "main": replace(FLOW, name=str(revision)),
                "support": replace(queue(), name=str(revision)),
                "main/a": rule(target_queue="support", attributes={"revision": str(revision)}),
                "number": Setting(value=Value.of_int(revision)),
            }
        )
        assert made == revision

    async def ask() -> None:
        request = pb.ResolveFlowRequest(
            **PLACE,
            flow_id="main",
            enrichment=pb.FlowEnrichment(queue=True, routing=True, features=True),
        )
        while not done.is_set():
            found = await centre.connect.resolve_flow(request)
            decision = await centre.connect.route_contact(pb.RouteContactRequest(**PLACE, routing_key="main"))
            assert found.features[0].value.int_value == found.revision
            assert {
                found.flow.name,
                found.queue.queue.name,
                found.routing_rules[0].rule.actions.attributes["revision"],
                found.route.actions.attributes["revision"],
                found.route.target_queue.queue.name,
            } == {str(found.revision)}
            assert decision.decision.actions.attributes["revision"] == str(decision.revision)
            assert decision.revision >= found.revision

    done = asyncio.Event()
    await commit(2)
    asking = [asyncio.create_task(ask()) for _ in range(4)]
    for revision in range(3, COMMITS):
        await commit(revision)
    done.set()
    await asyncio.gather(*asking)
