"""LaunchDarkly's server SDK with its own file data source; sends no events."""

import json
import tempfile
from pathlib import Path

import ldclient
from cases import AGE, COUNTRIES, COUNTRY_LIST, EMAIL, PLAN, TARGETING_KEY, VERSION, context_of
from ldclient.config import Config
from ldclient.integrations import Files

DISTRIBUTION = "launchdarkly-server-sdk"
ON, OFF = 0, 1


def flag(key, fallthrough, *clauses):
    """A boolean flag with one rule for each clause (attribute, operator, values); the last one's is on."""
    last = len(clauses) - 1
    return {
        "key": key,
        "version": 1,
        "on": True,
        "salt": key,
        "variations": [True, False],
        "fallthrough": fallthrough,
        "rules": [
            {
                "id": f"r{i}",
                "variation": ON if i == last else OFF,
                "clauses": [
                    {"contextKind": "user", "attribute": attribute, "op": operator, "values": list(values)}
                ],
            }
            for i, (attribute, operator, values) in enumerate(clauses)
        ],
    }


def prepare():
    """The calls to be timed."""
    half = {"variations": [{"variation": ON, "weight": 50000}, {"variation": OFF, "weight": 50000}]}
    flags = [
        flag("fixed", {"variation": ON}),
        flag("rules", {"variation": OFF}, *(("country", "in", [country]) for country in COUNTRIES)),
        flag("rollout", {"rollout": half}),
        flag(
            "mixed",
            {"variation": OFF},
            ("plan", "in", [PLAN]),
            ("age", "greaterThan", [AGE]),
            ("version", "semVerGreaterThan", [VERSION]),
            ("email", "contains", [EMAIL]),
            ("country", "in", COUNTRY_LIST),
        ),
    ]
    path = Path(tempfile.mkdtemp(), "flags.json")
    path.write_text(json.dumps({"flags": {f["key"]: f for f in flags}}))
    source = Files.new_data_source(paths=[str(path)])
    client = ldclient.LDClient(
        config=Config("none", update_processor_class=source, send_events=False, diagnostic_opt_out=True)
    )

    def context_for(key):
        builder = ldclient.Context.builder(TARGETING_KEY)
        for name, value in context_of(key).items():
            builder.set(name, value)
        return builder.build()

    def value(key):
        context = context_for(key)
        return lambda: client.variation(key, context, None)

    def details(key):
        context = context_for(key)
        return lambda: client.variation_detail(key, context, None)

    return {"value": value, "details": details}
