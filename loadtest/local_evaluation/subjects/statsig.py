"""Statsig's SDK (Rust core) fed by a data store that holds the specification; no network."""

import json

from cases import AGE, COUNTRIES, COUNTRY_LIST, EMAIL, PLAN, TARGETING_KEY, VERSION, context_of
from statsig_python_core import Statsig, StatsigOptions, StatsigUser
from statsig_python_core.data_store import DataStore, DataStoreResponse

DISTRIBUTION = "statsig-python-core"
EVERYONE = {"type": "public", "targetValue": None, "operator": None, "field": None, "idType": "userID"}


class Specifications(DataStore):
    """Holds one document."""

    def __init__(self, document):
        super().__init__()
        self.document = document

    def get(self, key):
        """The document, whatever is asked for."""
        return DataStoreResponse(result=json.dumps(self.document), time=self.document["time"])

    def support_polling_updates_for(self, key):
        """So that the SDK asks nobody else."""
        return True


def user_field(field, operator, target):
    """A condition on an attribute of the user."""
    return {
        "type": "user_field",
        "targetValue": target,
        "operator": operator,
        "field": field,
        "additionalValues": {},
        "idType": "userID",
    }


def gate(*conditions, percentage=100):
    """A gate with one rule for each condition, by name; the last one's is on."""
    return {
        "type": "feature_gate",
        "salt": "salt",
        "defaultValue": False,
        "enabled": True,
        "idType": "userID",
        "entity": "feature_gate",
        "rules": [
            {
                "name": name,
                "id": name,
                "salt": name,
                "passPercentage": percentage,
                "conditions": [name],
                "returnValue": name == conditions[-1],
                "idType": "userID",
            }
            for name in conditions
        ],
        "version": 1,
    }


def prepare():
    """The calls to be timed."""
    mixed = {
        "plan": user_field("plan", "any", [PLAN]),
        "age": user_field("age", "gt", AGE),
        "version": user_field("version", "version_gt", VERSION),
        "email": user_field("email", "str_contains_any", [EMAIL]),
        "country": user_field("country", "any", list(COUNTRY_LIST)),
    }
    document = {
        "has_updates": True,
        "time": 1767225600000,
        "company_id": "bench",
        "response_format": "dcs-v2",
        "feature_gates": {
            "fixed": gate("everyone"),
            "rules": gate(*COUNTRIES),
            "rollout": gate("everyone", percentage=50),
            "mixed": gate(*mixed),
        },
        "dynamic_configs": {},
        "layer_configs": {},
        "condition_map": {
            "everyone": EVERYONE,
            **{country: user_field("country", "any", [country]) for country in COUNTRIES},
            **mixed,
        },
        "layers": {},
        "experiment_to_layer": {},
    }
    options = StatsigOptions()
    options.data_store = Specifications(document)
    options.disable_network = True
    options.disable_all_logging = True
    options.specs_sync_interval_ms = 3_600_000
    client = Statsig("secret-bench", options)
    client.initialize().wait()

    def user_for(key):
        context = dict(context_of(key))
        country, email = context.pop("country"), context.pop("email", None)
        return StatsigUser(user_id=TARGETING_KEY, country=country, email=email, custom=context)

    def value(key):
        user = user_for(key)
        return lambda: client.check_gate(user, key)

    def details(key):
        user = user_for(key)
        return lambda: client.get_feature_gate(user, key)

    return {"value": value, "details": details}
