"""GrowthBook's SDK with features given in code; a client of its own for each context."""

import growthbook as library
from cases import AGE, COUNTRIES, COUNTRY_LIST, EMAIL, PLAN, TARGETING_KEY, VERSION, context_of

DISTRIBUTION = "growthbook"


def chain(*conditions):
    """A feature with one rule for each condition; the last one's is on."""
    last = len(conditions) - 1
    rules = [{"condition": condition, "force": i == last} for i, condition in enumerate(conditions)]
    return {"defaultValue": False, "rules": rules}


def prepare():
    """The calls to be timed."""
    half = {"force": True, "coverage": 0.5, "hashAttribute": "id"}
    features = {
        "fixed": {"defaultValue": True},
        "rules": chain(*({"country": country} for country in COUNTRIES)),
        "rollout": {"defaultValue": False, "rules": [half]},
        "mixed": chain(
            {"plan": PLAN},
            {"age": {"$gt": AGE}},
            {"version": {"$vgt": VERSION}},
            {"email": {"$regex": EMAIL.replace(".", r"\.")}},
            {"country": {"$in": list(COUNTRY_LIST)}},
        ),
    }

    def client_for(key):
        return library.GrowthBook(attributes={"id": TARGETING_KEY, **context_of(key)}, features=features)

    def value(key):
        client = client_for(key)
        return lambda: client.is_on(key)

    def details(key):
        client = client_for(key)
        return lambda: client.eval_feature(key)

    return {"value": value, "details": details}
