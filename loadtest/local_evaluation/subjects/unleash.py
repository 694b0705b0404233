"""Unleash's SDK (Rust engine) started from a bootstrap document; fetches and reports nothing."""

from cases import AGE, COUNTRIES, COUNTRY_LIST, EMAIL, PLAN, TARGETING_KEY, VERSION, context_of
from UnleashClient import UnleashClient
from UnleashClient.cache import FileCache

DISTRIBUTION = "unleashclient"


def strategy(name, parameters, *constraints):
    """Activates where all constraints hold; a feature is on when one of its strategies activates."""
    return {"name": name, "parameters": parameters, "constraints": list(constraints)}


def one_of(attribute, values):
    """A constraint: the attribute is one of these."""
    return {"contextName": attribute, "operator": "IN", "values": list(values), "inverted": False}


def compared(attribute, operator, value):
    """A constraint with one operand."""
    return {"contextName": attribute, "operator": operator, "value": str(value), "inverted": False}


def prepare():
    """The calls to be timed."""
    rollout = {"rollout": "50", "stickiness": "default", "groupId": "rollout"}
    contains = {"contextName": "email", "operator": "STR_CONTAINS", "values": [EMAIL], "inverted": False}
    mixed = (
        one_of("plan", [PLAN]),
        compared("age", "NUM_GT", AGE),
        compared("version", "SEMVER_GT", VERSION),
        contains,
        one_of("country", COUNTRY_LIST),
    )
    strategies = {
        "fixed": [strategy("default", {})],
        "rules": [strategy("default", {}, one_of("country", [country])) for country in COUNTRIES],
        "rollout": [strategy("flexibleRollout", rollout)],
        "mixed": [strategy("default", {}, constraint) for constraint in mixed],
    }
    features = [{"name": name, "enabled": True, "strategies": them} for name, them in strategies.items()]
    cache = FileCache("bench")
    cache.bootstrap_from_dict({"version": 2, "features": features})
    client = UnleashClient(
        url="http://127.0.0.1:9",
        app_name="bench",
        cache=cache,
        disable_metrics=True,
        disable_registration=True,
    )
    client.initialize_client(fetch_toggles=False)

    def value(key):
        context = {"userId": TARGETING_KEY, "properties": context_of(key)}
        return lambda: client.is_enabled(key, context)

    return {"value": value}
