"""Eppo's SDK (Rust core) with a configuration given in code; no poller runs."""

import json

import eppo_client
from cases import AGE, COUNTRIES, COUNTRY_LIST, EMAIL, PLAN, TARGETING_KEY, VERSION, context_of

DISTRIBUTION = "eppo-server-sdk"


class Quiet(eppo_client.AssignmentLogger):
    """Keeps no record of assignments."""

    def log_assignment(self, event):
        """Does nothing."""


def flag(key, allocations):
    """A boolean flag."""
    return {
        "key": key,
        "enabled": True,
        "variationType": "BOOLEAN",
        "variations": {name: {"key": name, "value": name == "on"} for name in ("on", "off")},
        "totalShards": 10000,
        "allocations": allocations,
    }


def allocation(key, variation, condition=None, shards=()):
    """Serves the variation, where the condition (attribute, operator, value) holds, to these shards."""
    names = ("attribute", "operator", "value")
    return {
        "key": key,
        "rules": [{"conditions": [dict(zip(names, condition, strict=True))]}] if condition else [],
        "splits": [{"variationKey": variation, "shards": list(shards)}],
        "doLog": False,
    }


def chain(*conditions):
    """One allocation for each condition; the last one's is on."""
    last = len(conditions) - 1
    return [allocation(f"r{i}", "on" if i == last else "off", c) for i, c in enumerate(conditions)]


def prepare():
    """The calls to be timed."""
    shares = [{"salt": "rollout", "ranges": [{"start": 0, "end": 5000}]}]
    mixed = chain(
        ("plan", "ONE_OF", [PLAN]),
        ("age", "GT", AGE),
        ("version", "GT", VERSION),
        ("email", "MATCHES", EMAIL.replace(".", r"\.")),
        ("country", "ONE_OF", list(COUNTRY_LIST)),
    )
    flags = [
        flag("fixed", [allocation("all", "on")]),
        flag("rules", chain(*(("country", "ONE_OF", [country]) for country in COUNTRIES))),
        flag("rollout", [allocation("in", "on", shards=shares), allocation("rest", "off")]),
        flag("mixed", mixed),
    ]
    configuration = {
        "createdAt": "2026-01-01T00:00:00.000Z",
        "environment": {"name": "bench"},
        "format": "SERVER",
        "flags": {f["key"]: f for f in flags},
    }
    client = eppo_client.init(
        eppo_client.ClientConfig(
            api_key="none",
            base_url="http://127.0.0.1:9",
            assignment_logger=Quiet(),
            poll_interval_seconds=None,
            initial_configuration=eppo_client.Configuration(
                flags_configuration=json.dumps(configuration).encode()
            ),
        )
    )

    def value(key):
        attributes = context_of(key)
        return lambda: client.get_boolean_assignment(key, TARGETING_KEY, attributes, False)

    def details(key):
        attributes = context_of(key)
        return lambda: client.get_boolean_assignment_details(key, TARGETING_KEY, attributes, False)

    return {"value": value, "details": details}
